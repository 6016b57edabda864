#include "doctor/loop.h"

#include <fcntl.h>

#include <cerrno>

#include "base/fd.h"
#include "partition/storage.h"

namespace doctor {
namespace {

bool has_image(const Known& known) {
    if (!known.definition) return false;
    const auto all = partition::file_systems(*known.definition);
    for (const auto& one : all ? *all : std::vector<filesystem::FileSystem>{})
        if (const auto disk = filesystem::disk_of(one); disk && filesystem::is_image(*disk))
            return true;
    return false;
}

LoopFacts gather(const Survey& survey) {
    LoopFacts facts = {.root = survey.root};
    const UniqueFd control(::open("/dev/loop-control", O_RDWR | O_CLOEXEC));
    facts.error = control ? 0 : errno;
    for (const auto& known : survey.wpars)
        if (has_image(known)) facts.users.push_back(known.name);
    return facts;
}

}  // namespace

Report judge_loop(const LoopFacts& facts) {
    if (facts.error == 0) return {"/dev/loop-control answers", {}};
    if (facts.error == EACCES && !facts.root)
        return {"/dev/loop-control is there", {root_only("whether it answers")}};
    const auto users =
        facts.users.empty() ? std::string() : cat(", which need ", join(facts.users, ", "));
    return {"",
            {{facts.users.empty() ? Severity::warning : Severity::error,
              cat("no loop devices", users, ": ",
                  Error::os(facts.error, "open", "/dev/loop-control").text),
              "modprobe loop; for every boot: echo loop >/etc/modules-load.d/wpars.conf",
              "/dev/loop-control"}}};
}

Report look_at_loop(const Survey& survey) { return judge_loop(gather(survey)); }

}  // namespace doctor
