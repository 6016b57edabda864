#include "base/size.h"
#include "os/dir.h"
#include "os/process.h"
#include "partition/copies/backup_source.h"
#include "partition/copies/backup_tree.h"
#include "partition/copies/save.h"
#include "partition/mobility/move_shared.h"
#include "partition/mobility/moving.h"
#include "registry/journal.h"
#include "registry/paths.h"

namespace partition::mobility {
namespace {

using Clock = std::chrono::steady_clock;

// Of logical volumes, which lie in no directory, no more is known than how large they are.
std::uint64_t bytes_of_volumes(const spec::Definition& definition) {
    constexpr std::uint64_t block = 512;
    std::uint64_t total = 0;
    for (const auto& mount : definition.mounts)
        if (!mount.vg.empty())
            if (const auto size = parse_size(mount.size, block)) total += *size;
    return total;
}

}  // namespace

std::uint64_t bytes_of_files(const spec::Definition& definition) {
    const auto said = os::run({.arguments = {"du", "-scx", "--block-size=1", definition.directory(),
                                             registry::paths::images(definition.name())}});
    std::uint64_t total = bytes_of_volumes(definition);
    if (!said) return total;
    for (const auto& line : split(said->output, '\n'))
        if (const auto parts = words(line); parts.size() == 2 && parts[1] == "total")
            total += to_number(parts[0]).value_or(0);
    return total;
}

// What is not its own is not copied.
Result<void> Moving::look_at_shared() {
    for (const auto& place : TRY(shared_places(definition_))) {
        const auto sharing = TRY(find_sharing(remote_.stream(), place, observer_));
        auto finding = judge_sharing(place, sharing, wants_to_go_on());
        auto& all = moved_.findings;
        all.insert(finding.stops ? all.begin() : all.end(), std::move(finding));
    }
    return {};
}

// Its digest; the copy is compressed, and of what the WPAR is at that time.
Result<std::string> Moving::save_copy(const std::string& path) {
    auto silent = quiet();
    silent.warn = {};  // what is written to while it is read is read once more
    const copies::BackupScope scope = {.writable_shared =
                                           false};  // look_at_shared() has told of those
    TRY(copies::save_locked({.name = call_.name, .output = path, .since = newest_, .scope = scope},
                            definition_, {.observer = silent}));
    newest_ = path;
    return TRY(copies::open_backup(path)).said.digest;
}

Result<Sent> Moving::send(const std::string& path, bool first) {
    return send_file(remote_.stream(), {path, digest_, first}, observer_);
}

// One that a cut link left is sent on; what has changed since follows it.
Result<void> Moving::copy_base(const std::string& path) {
    if (os::exists(path)) {
        const auto old = copies::open_backup(path);
        if (old && old->record.uuid == definition_.general.uuid && old->record.base.empty()) {
            newest_ = path;
            digest_ = old->said.digest;
            return {};
        }
    }
    digest_ = TRY(save_copy(path));
    renewed_ = true;
    return {};
}

Result<void> Moving::copy() {
    const auto begun = Clock::now();
    folder_ = TRY(registry::move_folder(call_.name));
    const auto path = cat(folder_, "/first.bak");
    TRY(copy_base(path));
    TRY(registry::pause_point());
    TRY(ask(about("copy")));
    const auto sent = TRY(send(path, true));
    if (sent.bytes < sent.size)
        observer_.tell(cat("movewpar: ", sent.size - sent.bytes, " of ", sent.size,
                           " bytes were there already"));
    tell_phase({"copied", since(begun), sent.bytes});
    return registry::pause_point();
}

Result<void> Moving::restore_there() {
    const auto begun = Clock::now();
    auto asked = about("restore");
    asked.values["digest"] = digest_;
    asked.values["start"] = record_.active ? "yes" : "no";
    asked.values["synchronize"] = synchronize_ ? "yes" : "no";
    TRY(ask(asked));
    (void)TRY(await("restored"));
    tell_phase({"unpacked there", since(begun)});
    return registry::pause_point();
}

Result<void> Moving::send_changes() {
    if (!definition_.system()) return {};  // its files are the global environment's
    const auto begun = Clock::now();
    const auto path = cat(folder_, "/", ++copies_, ".bak");
    digest_ = TRY(save_copy(path));
    const auto sent = TRY(send(path, false));
    auto asked = about("add");
    asked.values["digest"] = digest_;
    TRY(ask(asked));
    (void)TRY(await("added"));
    files_ = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
    tell_phase({"what changed", since(begun), sent.bytes});
    return registry::pause_point();
}

}  // namespace partition::mobility
