#include "partition/sharing.h"

#include <fcntl.h>

#include <algorithm>

#include "filesystem/checks.h"
#include "filesystem/shared.h"
#include "os/dir.h"
#include "os/mount_table.h"
#include "partition/storage.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"
#include "spec/defaults.h"

namespace partition {
namespace {

// What it would see of them is theirs alone.
Result<void> must_hold_none(const std::string& shared) {
    for (const auto& name : TRY(registry::names())) {
        const auto other = registry::load_general(name);
        if (!other || !other->system() || !os::is_below(other->directory(), shared)) continue;
        return Error{Kind::denied, cat("dev='", printable(shared),
                                       "' holds the base directory of workload partition ", name,
                                       "; share a directory that holds none")};
    }
    return {};
}

// Of the other WPAR's file systems, the one in which it lies must be there: else an empty mount point would be shared.
Result<void> must_be_mounted(const std::string& shared, const std::string& owner) {
    const auto definition = TRY(registry::load(owner));
    const auto table = TRY(os::mount_table());
    for (const auto& one : TRY(file_systems(definition))) {
        const auto point = global_path(definition, one.directory);
        if (one.type == filesystem::Type::directory || !os::is_below(shared, point)) continue;
        if (!filesystem::on_disk(one.type))
            return Error{Kind::invalid, cat("dev='", printable(shared), "' lies in '",
                                            one.directory, "', which workload partition ", owner,
                                            " mounts inside alone; share what lies behind it")};
        const bool mounted = std::any_of(table.begin(), table.end(),
                                         [&](const auto& entry) { return entry.point == point; });
        if (!mounted)
            return Error{Kind::busy,
                         cat("dev='", printable(shared), "' lies in file system '", one.directory,
                             "' of workload partition ", owner,
                             ", which is not active; start it first: startwpar ", owner)};
    }
    return {};
}

Result<void> check_in(const spec::Definition& owner, const filesystem::FileSystem& wanted) {
    const auto& shared = wanted.device;
    if (owner.name() == wanted.wpar)
        return Error{Kind::invalid,
                     cat("dev='", printable(shared), "' lies in its own base directory")};
    TRY(must_be_mounted(shared, owner.name()));
    const auto base = TRY(os::Dir::open(owner.directory()));
    const auto opened = base.open_file({.path = cat(".", shared.substr(owner.directory().size())),
                                        .flags = O_PATH | O_DIRECTORY,
                                        .in_root = true,
                                        .no_symlinks = true});
    if (opened) return filesystem::check_idmap(cat("/proc/self/fd/", opened->get()));
    auto error = opened.error();
    if (error.os_number == ELOOP)
        error.text = cat("a link is in the way to dev='", printable(shared),
                         "', and root of workload partition ", owner.name(),
                         " could turn it elsewhere; name the directory itself");
    return error;
}

Error lower_of_others(const spec::Definition& owner) {
    return {Kind::denied, cat("it lies over a directory of workload partition ", owner.name(),
                              ", whose root could change it underneath; use a copy of it")};
}

}  // namespace

bool is_in_generation(const filesystem::FileSystem& wanted) {
    return os::is_below(wanted.device, registry::paths::generations) ||
           os::is_below(wanted.device, registry::paths::generation_mounts);
}

Result<std::optional<spec::Definition>> owner_of(const std::string& path) {
    for (const auto& name : TRY(registry::names())) {
        auto other = registry::load_general(name);
        if (other && other->system() && os::is_below(path, other->directory()))
            return std::optional(*std::move(other));
    }
    return std::optional<spec::Definition>();
}

Result<std::vector<Sharer>> sharers_of(const std::string& path, const std::string& owner) {
    std::vector<Sharer> found;
    for (const auto& name : TRY(registry::names())) {
        if (name == owner) continue;
        const bool active = registry::alive(name).any();
        const auto other = active ? registry::load_loaded(name) : registry::load(name);
        if (!other) continue;  // a damaged one says nothing, and shares nothing until it is mended
        for (const auto& mount : other->mounts) {
            const auto type = filesystem::type_of(mount.vfs);
            if (type && *type == filesystem::Type::bind && os::is_below(mount.dev, path))
                found.push_back({name, mount.directory, mount.dev, active});
        }
    }
    return found;
}

Result<std::vector<Sharer>> must_not_be_in_use(const std::string& path, const std::string& owner) {
    auto all = TRY(sharers_of(path, owner));
    for (const auto& one : all)
        if (one.active)
            return Error{
                Kind::busy,
                cat("'", printable(one.shared), "' is shared with workload partition ", one.wpar,
                    " (directory=", printable(one.directory),
                    "), which is active; take it away from it first, with chwpar -K -M directory=",
                    printable(one.directory), " ", one.wpar, ", or stop it with stopwpar ",
                    one.wpar)};
    return all;
}

Result<void> check_shared(const filesystem::FileSystem& wanted) {
    const auto check = [&]() -> Result<void> {
        if (is_in_generation(wanted)) return {};
        // the usual ones are the global environment's own
        if (!spec::is_usual_directory(wanted.directory)) {
            const auto owner = TRY(owner_of(wanted.device));
            if (owner && wanted.type == filesystem::Type::overlay) return lower_of_others(*owner);
            if (owner) return check_in(*owner, wanted);
            TRY(must_hold_none(wanted.device));
        }
        const bool written =
            wanted.type == filesystem::Type::bind && !filesystem::is_read_only(wanted);
        return filesystem::check_shared(wanted.device, written);
    };
    return check().within("-M directory=", wanted.directory);
}

}  // namespace partition
