#include "partition/swap.h"

#include <fcntl.h>
#include <stdio.h>

#include <algorithm>
#include <cerrno>

#include "filesystem/attach.h"
#include "filesystem/durable.h"
#include "os/dir.h"
#include "partition/storage.h"
#include "registry/paths.h"
#include "registry/store.h"

namespace partition {
namespace {

// A dot is in no WPAR's name.
constexpr std::string_view made_suffix = ".restoring";
constexpr std::string_view old_suffix = ".replaced";

spec::Definition with_suffix(const spec::Definition& definition, std::string_view suffix) {
    auto other = definition;
    other.general.directory = cat(definition.directory(), suffix);
    other.general.name = cat(definition.name(), suffix);
    return other;
}

Result<void> rename_now(const std::string& from, const std::string& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
    return Error::os(errno, "rename", from).within(cat("to '", to, "'"));
}

// While the new one is still beside, what has the name is the old one.
Result<void> exchange(const std::string& place) {
    const auto made = cat(place, made_suffix);
    if (!os::exists(made)) return {};
    if (os::exists(place)) TRY(rename_now(place, cat(place, old_suffix)));
    return rename_now(made, place);
}

bool same_volume(const filesystem::FileSystem& one, const filesystem::FileSystem& other) {
    const auto first = filesystem::volume_of(one);
    const auto second = filesystem::volume_of(other);
    return !first.name.empty() && first.group == second.group && first.name == second.name;
}

filesystem::FileSystem named(filesystem::FileSystem one, std::string_view suffix) {
    one.wpar += suffix;
    return one;
}

Result<void> exchange_volume(const filesystem::FileSystem& place) {
    const auto volume = filesystem::volume_of(place);
    const auto made = filesystem::volume_of(named(place, made_suffix));
    if (volume.name.empty() || !filesystem::volume_exists(made)) return {};
    if (filesystem::volume_exists(volume))
        TRY(filesystem::rename_volume(volume, filesystem::volume_of(named(place, old_suffix))));
    return filesystem::rename_volume(made, volume);
}

Result<void> exchange_all(const Swap& swap) {
    for (const auto& one : TRY(file_systems(swap.after))) TRY(exchange_volume(one));
    TRY(exchange(registry::paths::images(swap.after.name())));
    TRY(exchange(swap.after.directory()));
    TRY(filesystem::make_removal_durable(cat(swap.after.directory(), made_suffix)));
    return filesystem::make_removal_durable(
        cat(registry::paths::images(swap.after.name()), made_suffix));
}

// Volumes whose names the new one did not need have kept them.
Result<void> remove_old(const Swap& swap) {
    const auto old = with_suffix(swap.before, old_suffix);
    const auto now = TRY(file_systems(swap.after));
    for (const auto& one : TRY(file_systems(old))) TRY(filesystem::remove(one));
    for (const auto& one : TRY(file_systems(swap.before))) {
        const bool taken = std::any_of(now.begin(), now.end(),
                                       [&](const auto& other) { return same_volume(one, other); });
        if (!filesystem::logical_volume(one).empty() && !taken) TRY(filesystem::remove(one));
    }
    TRY(os::remove_tree(old.directory()));
    if (swap.before.directory() != swap.after.directory())
        TRY(os::remove_tree(swap.before.directory()));
    return os::remove_tree(registry::paths::images(old.name()));
}

void tell_removal(const spec::Definition& definition, const Observer& observer) {
    std::vector<std::string> points;
    for (const auto& mount : definition.mounts) points.push_back(mount.directory);
    std::sort(points.rbegin(), points.rend());
    for (const auto& point : points)
        observer.tell(cat("rmwpar: Removing file system ", global_path(definition, point), "."));
}

}  // namespace

spec::Definition beside(const spec::Definition& definition) {
    return with_suffix(definition, made_suffix);
}

Result<void> finish_swap(const Swap& swap, const Observer& observer, bool forced) {
    TRY(filesystem::unmount_all(swap.before.directory(), {.lazy = forced}));
    tell_removal(swap.before, observer);
    TRY(exchange_all(swap));
    TRY(registry::save(swap.after));
    return remove_old(swap);
}

}  // namespace partition
