#include "partition/mobility/move_application.h"

#include <algorithm>
#include <set>

#include "os/dir.h"
#include "os/process.h"
#include "partition/group.h"
#include "partition/mobility/move_shared.h"
#include "partition/mobility/move_talk.h"
#include "partition/mobility/used_files.h"
#include "registry/life.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"

namespace partition::mobility {
namespace {

constexpr std::size_t enough = 10;  // findings, of files that are alike wrong

void add_some(std::vector<MoveFinding>& to, const std::vector<std::string>& lines) {
    for (std::size_t at = 0; at < std::min(enough, lines.size()); ++at)
        to.push_back({true, lines[at]});
    if (lines.size() > enough)
        to.push_back({true, cat("and of ", lines.size() - enough, " more files the same")});
}

Result<std::vector<std::string>> ask_about(wire::Stream& stream, const std::vector<UsedFile>& files,
                                           const Observer& observer) {
    constexpr std::size_t at_once = 500;
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < files.size(); at += at_once) {
        const auto end = std::min(files.size(), at + at_once);
        const std::vector<UsedFile> part(files.begin() + static_cast<std::ptrdiff_t>(at),
                                         files.begin() + static_cast<std::ptrdiff_t>(end));
        TRY(stream.send({"used", {{"files", write(part)}}}));
        const auto said = TRY(await(stream, "unlike", observer));
        for (const auto& line : split(said.value("lines"), '\n'))
            if (!line.empty()) lines.push_back(printable(line));
    }
    return lines;
}

// Of those in one directory one is enough to tell.
Result<std::vector<std::string>> not_shared(wire::Stream& stream,
                                            const std::vector<UsedFile>& files,
                                            const Observer& observer) {
    std::vector<std::string> lines;
    std::set<std::string> asked;
    for (const auto& one : files) {
        const auto folder = one.path.substr(0, std::max<std::size_t>(1, one.path.rfind('/')));
        if (one.kind != UsedFile::Kind::written || !asked.insert(folder).second) continue;
        const auto sharing = TRY(find_sharing(stream, folder, observer));
        if (sharing.same) continue;
        const auto why = sharing.unknown.empty() ? "is on storage that the other host has not got "
                                                   "under that name"
                                                 : cat("may be on storage that the other host has "
                                                       "not got (",
                                                       sharing.unknown, ")");
        lines.push_back(cat("'", printable(one.path), "', which it has open to write to, ", why,
                            ": have it write to storage that both have "
                            "(NFS), or into a file system in memory of its own (wparexec -M "
                            "directory=DIRECTORY vfs=tmpfs), which goes along"));
    }
    return lines;
}

}  // namespace

Result<spec::Definition> load_to_move(const MoveCall& call) {
    auto definition = TRY(registry::load(call.name));
    if (definition.system()) return definition;
    const auto refused = [&](Kind kind, std::string_view why) {
        return Error{kind, cat(call.name, " is an application workload partition", why)};
    };
    if (call.stop)
        return refused(Kind::invalid,
                       ", which ends when it is stopped: leave out -s, or run its command there");
    if (call.keep)
        return refused(Kind::invalid, ", of which nothing would be left to keep: leave out -k");
    if (!registry::alive(call.name).init)
        return refused(Kind::busy, " that does not run: define it there with wparexec -1");
    if (!definition.general.checkpointable)
        return refused(Kind::busy,
                       " that was not started as a checkpointable one: run its command there, or "
                       "here again with wparexec -c, and move it then");
    return definition;
}

Result<std::vector<MoveFinding>> judge_used_files(wire::Stream& stream,
                                                  const spec::Definition& definition,
                                                  const Observer& observer) {
    const auto init = registry::recorded_init(definition.name());
    if (!init) return Error{Kind::busy, cat(definition.name(), " has ended")};
    const auto processes = TRY(TRY(open_group(definition.name())).processes());
    const auto files = TRY(used_files(definition, init->pid, processes));
    std::vector<MoveFinding> found;
    add_some(found, TRY(not_shared(stream, files, observer)));
    add_some(found, TRY(ask_about(stream, files, observer)));
    return found;
}

Result<void> answer_used(wire::Stream& stream, const wire::Message& asked) {
    const auto lines = differences(parse_used_files(asked.value("files")));
    return stream.send({"unlike", {{"lines", join(lines, "\n")}}});
}

UniqueFd waiting_for(const spec::Definition& definition) {
    if (definition.system()) return UniqueFd();
    const auto text = os::read_file(registry::paths::keeper(definition.name()));
    const auto id = text ? os::ProcessId::parse(*text) : std::nullopt;
    auto held = id ? os::pidfd(*id) : Result<UniqueFd>(UniqueFd());
    return held ? *std::move(held) : UniqueFd();
}

void let_end(const UniqueFd& waiting) {
    // nobody may be reading what it still has to say
    if (waiting) (void)os::wait_end(waiting.get(), std::chrono::seconds(5));
}

}  // namespace partition::mobility
