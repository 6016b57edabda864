#include "partition/change_mounts.h"

#include <chrono>
#include <thread>

#include "base/size.h"
#include "filesystem/device.h"
#include "filesystem/grow.h"
#include "partition/reverse.h"
#include "partition/server.h"
#include "partition/sharing.h"
#include "partition/storage.h"
#include "registry/store.h"
#include "spec/defaults.h"
#include "spec/file.h"

namespace partition {
namespace {

using filesystem::FileSystem;
using registry::Journal;

Error other_kind(const spec::Mount& old) {
    if (spec::is_usual_directory(old.directory))
        return {Kind::invalid, cat("-M directory=", old.directory, " has vfs=", old.vfs,
                                   "; every workload partition has this directory, and its kind "
                                   "is settled when it is made")};
    return {Kind::invalid, cat("-M directory=", old.directory, " has vfs=", old.vfs,
                               "; remove it first with chwpar -K -M directory=", old.directory)};
}

Error other_place(const spec::Mount& old, std::string_view attribute) {
    return {Kind::invalid, cat("-M directory=", old.directory, ": ", attribute,
                               " of a file system that exists cannot change; to move it, remove "
                               "it with chwpar -K -M directory=",
                               old.directory, " and make it anew: what it holds is lost")};
}

Error no_size(const spec::Mount& old) {
    if (!old.size.empty())
        return {Kind::invalid,
                cat("-M directory=", old.directory, " has size=", old.size,
                    ", and keeps one: what was written lies on a file system of that size")};
    return {Kind::invalid,
            cat("-M directory=", old.directory,
                " was made without size=: what was written lies in a plain directory, and a limit "
                "can be had from the start only, with mkwpar")};
}

// What is there already cannot become something else without losing what is in it.
Result<void> check_same(const spec::Mount& old, const spec::Mount& mount, const std::string& name) {
    if (mount.vfs == "overlay" && old.dev != mount.dev)
        return Error{Kind::invalid,
                     cat("-M directory=", mount.directory, " was written over ", old.dev,
                         ", and what was written fits no other; syncwpar -D -d generation:N ", name,
                         " moves it with care")};
    const auto type = filesystem::type_of(mount.vfs);
    if (mount.vfs == "overlay" && old.size.empty() != mount.size.empty()) return no_size(old);
    if (!type || !filesystem::is_made(*type)) return {};
    if (old.vg != mount.vg) return other_place(old, "vg");
    if (old.dev != mount.dev) return other_place(old, "dev");
    return {};
}

// Of those that lie on a disk and are there already.
Result<std::vector<FileSystem>> growing(const spec::Definition& before,
                                        const spec::Definition& after) {
    std::vector<FileSystem> all;
    for (auto& wanted : TRY(file_systems(after))) {
        const auto* old = find_mount(before, wanted.directory);
        auto disk = filesystem::disk_of(wanted);
        if (old == nullptr || !disk || !disk->device.empty()) continue;
        if (find_mount(after, wanted.directory)->size != old->size) all.push_back(*std::move(disk));
    }
    return all;
}

spec::Definition with_old_size(const spec::Definition& before, spec::Definition after,
                               const std::string& directory) {
    for (auto& mount : after.mounts)
        if (mount.directory == directory) mount.size = find_mount(before, directory)->size;
    return after;
}

// The definition first: whoever comes next then knows that the room is to go.
Result<bool> give_up(const spec::Definition& before, const spec::Definition& saved,
                     const FileSystem& wanted) {
    const auto smaller = with_old_size(before, saved, wanted.directory);
    for (const auto& one : TRY(file_systems(smaller))) {
        const auto disk = filesystem::disk_of(one);
        if (one.directory != wanted.directory || !disk) continue;
        if (!filesystem::is_unfilled(*disk)) return false;
        TRY(registry::save(smaller));
        TRY(filesystem::reduce_backing(*disk));
    }
    return true;
}

// The kernel lets go of a file system some moments after its last mount is gone.
Result<void> wait_until_unused(const std::string& device) {
    constexpr int tries = 40;
    auto unused = filesystem::check_unused(device);
    for (int more = 1; more < tries && !unused; ++more) {
        if (unused.error().kind != Kind::busy) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        unused = filesystem::check_unused(device);
    }
    return unused;
}

spec::Definition as_named_before(const spec::Definition& before, spec::Definition after) {
    after.general.name = before.name();
    return after;
}

}  // namespace

Result<void> check_kinds(const spec::Definition& before, const spec::Definition& after) {
    for (const auto& mount : after.mounts) {
        const auto* old = find_mount(before, mount.directory);
        if (old != nullptr && old->vfs != mount.vfs) return other_kind(*old);
    }
    return {};
}

Result<void> check_mount_change(const spec::Definition& before, const spec::Definition& after) {
    TRY(check_kinds(before, after));
    for (const auto& mount : after.mounts) {
        const auto* old = find_mount(before, mount.directory);
        if (old != nullptr) TRY(check_same(*old, mount, before.name()));
    }
    if (before.mounts != after.mounts) TRY(check_generations(after));
    for (const auto& old : TRY(file_systems(before)))
        if (find_mount(after, old.directory) == nullptr && filesystem::is_made(old.type))
            TRY(must_not_be_in_use(global_path(before, old.directory), before.name())
                    .within("-M directory=", old.directory));
    for (const auto& wanted : TRY(growing(before, as_named_before(before, after))))
        TRY(filesystem::check_growth(wanted).within("-M directory=", wanted.directory));
    for (const auto& wanted : TRY(file_systems(after)))
        if (find_mount(before, wanted.directory) == nullptr) {
            TRY(check_place(after, wanted.directory));
            TRY(check_file_system(wanted));
            TRY(check_server(after, wanted.directory));
        }
    return {};
}

Result<void> prepare_mounts(const spec::Definition& before, const spec::Definition& after,
                            Journal& journal) {
    for (const auto& wanted : TRY(file_systems(after))) {
        if (find_mount(before, wanted.directory) != nullptr || !filesystem::is_made(wanted.type))
            continue;
        TRY(journal.will(reverse::remove_file_system(after, wanted.directory)));
        TRY(filesystem::create(wanted).within("-M directory=", wanted.directory));
    }
    for (const auto& wanted : TRY(growing(before, after))) {
        const auto smaller = with_old_size(before, after, wanted.directory);
        TRY(journal.will(reverse::reduce_backing(smaller, wanted.directory)));
        TRY(filesystem::extend_backing(wanted).within("-M directory=", wanted.directory));
    }
    return {};
}

Result<std::vector<Error>> grow_mounts(const spec::Definition& before,
                                       const spec::Definition& after) {
    std::vector<Error> failures;
    for (const auto& wanted : TRY(growing(before, after))) {
        const auto saved = TRY(registry::load(after.name()));
        const auto& old_size = find_mount(before, wanted.directory)->size;
        const auto* now = find_mount(saved, wanted.directory);
        if (now != nullptr && now->size == old_size) {
            TRY(give_up(before, saved, wanted));  // what an earlier try began
            continue;
        }
        const auto filled = filesystem::fill_backing(wanted);
        if (filled) continue;
        failures.push_back(filled.error().within(cat("-M directory=", wanted.directory)));
        if (TRY(give_up(before, saved, wanted)))
            failures.back().text += cat("; it keeps its size, ", old_size);
        else
            failures.back().text +=
                cat("; there is room for ", show_size(wanted.size),
                    ", and the file system takes less of it: once what hinders it is mended, "
                    "a still larger size= makes it fill all");
    }
    return failures;
}

Result<void> drop_mounts(const spec::Definition& before, const spec::Definition& after) {
    for (const auto& old : TRY(file_systems(before)))
        if (find_mount(after, old.directory) == nullptr && filesystem::is_made(old.type))
            TRY(filesystem::remove(old));
    return {};
}

Result<void> volumes_must_be_free(const spec::Definition& before, const spec::Definition& after) {
    for (const auto& old : TRY(file_systems(before))) {
        const auto disk = filesystem::disk_of(old);
        if (find_mount(after, old.directory) != nullptr || !disk) continue;
        if (filesystem::logical_volume(*disk).empty() || !filesystem::is_created(*disk)) continue;
        const auto waited = wait_until_unused(filesystem::backing(*disk));
        if (!waited && waited.error().kind == Kind::busy)
            return Error{
                Kind::busy,
                cat("-M directory=", old.directory, ": logical volume '",
                    filesystem::backing(*disk),
                    "' is still in use, perhaps by a service with a mount namespace of its own; "
                    "end it, or stop the workload partition first")};
        TRY(Result<void>(waited));
    }
    return {};
}

bool is_reached(const spec::Definition& before, const spec::Definition& after,
                const spec::Definition& saved) {
    auto wished = saved;
    for (auto& mount : wished.mounts) {
        const auto* old = find_mount(before, mount.directory);
        const auto* now = find_mount(after, mount.directory);
        if (old != nullptr && now != nullptr && mount.size == old->size) mount.size = now->size;
    }
    return spec::write(wished) == spec::write(after) && spec::write(saved) != spec::write(before);
}

Result<void> rename_volume(const spec::Definition& from, const spec::Definition& to,
                           const std::string& directory) {
    std::optional<FileSystem> old;
    for (const auto& one : TRY(file_systems(from)))
        if (one.directory == directory) old = filesystem::disk_of(one);
    if (!old || filesystem::logical_volume(*old).empty()) return {};
    auto named = *old;
    named.wpar = to.name();
    return filesystem::rename_volume(filesystem::volume_of(*old), filesystem::volume_of(named));
}

Result<void> rename_volumes(const spec::Definition& before, const spec::Definition& after,
                            Journal& journal) {
    if (before.name() == after.name()) return {};
    for (const auto& one : TRY(file_systems(before))) {
        const auto disk = filesystem::disk_of(one);
        if (!disk || filesystem::logical_volume(*disk).empty()) continue;
        TRY(journal.will(reverse::rename_volume_back(before, after, one.directory)));
        TRY(rename_volume(before, after, one.directory));
    }
    return {};
}

void tell_advice(const spec::Definition& before, const spec::Definition& after,
                 const Observer& observer) {
    const auto old = file_systems(before);
    const auto now = file_systems(after);
    if (!old || !now) return;
    std::vector<FileSystem> changed;
    for (const auto& one : *now) {
        const auto* there = find_mount(before, one.directory);
        if (there == nullptr || there->size != find_mount(after, one.directory)->size)
            changed.push_back(one);
    }
    const auto said = advice(changed);
    for (const auto& line : said ? *said : std::vector<std::string>()) observer.tell_warning(line);
}

}  // namespace partition
