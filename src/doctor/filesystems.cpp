#include "doctor/filesystems.h"

#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/fd.h"
#include "os/dir.h"
#include "partition/storage.h"

namespace doctor {
namespace {

// The first of them is what size= stands for; overlay carries copy-on-write roots.
constexpr std::string_view wanted[] = {"ext4", "xfs", "btrfs", "overlay", "tmpfs", "nfs4"};

bool is_listed(std::string_view list, std::string_view type) {
    for (const auto& line : split(list, '\n')) {
        const auto word = words(line);
        if (!word.empty() && word.back() == type) return true;
    }
    return false;
}

// As a mount would: the kernel loads its module.
bool is_openable(std::string_view type) {
    const UniqueFd context(
        static_cast<int>(::syscall(SYS_fsopen, std::string(type).c_str(), FSOPEN_CLOEXEC)));
    return static_cast<bool>(context);
}

std::set<std::string> used_types(const Survey& survey) {
    std::set<std::string> used;
    for (const auto& known : survey.wpars) {
        if (!known.definition) continue;
        const auto all = partition::file_systems(*known.definition);
        for (const auto& one : all ? *all : std::vector<filesystem::FileSystem>{})
            used.emplace(one.type == filesystem::Type::nfs ? "nfs4"
                                                           : filesystem::kernel_name(one.type));
    }
    return used;
}

TypeFacts gather(const Survey& survey) {
    TypeFacts facts = {.used = used_types(survey), .certain = survey.root};
    const auto list = os::read_file("/proc/filesystems");
    for (const auto type : wanted) {
        const bool known = (list && is_listed(*list, type)) || (survey.root && is_openable(type));
        (known ? facts.known : facts.unknown).emplace_back(type);
    }
    return facts;
}

}  // namespace

Report judge_types(const TypeFacts& facts) {
    Report report;
    report.state = join(facts.known, " ");
    for (const auto& type : facts.unknown) {
        if (!facts.certain) {
            report.add({Severity::unknown, cat(type, " is not loaded; whether it could be"),
                        "run corral doctor as root of the global environment", type});
            continue;
        }
        const bool used = facts.used.contains(type);
        const auto severity = used             ? Severity::error
                              : type == "ext4" ? Severity::warning
                                               : Severity::note;
        report.add({severity,
                    cat("this kernel knows no file system ", type,
                        used ? ", which workload partitions use" : ""),
                    severity == Severity::note
                        ? std::string()
                        : cat("modprobe ", type, ", or a kernel that has it"),
                    type});
    }
    return report;
}

Report look_at_filesystems(const Survey& survey) { return judge_types(gather(survey)); }

}  // namespace doctor
