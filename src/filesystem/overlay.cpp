#include "filesystem/overlay.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/xattr.h>

#include <cerrno>

#include "base/undo.h"
#include "filesystem/attach.h"
#include "filesystem/checks.h"
#include "os/dir.h"
#include "os/mount_home.h"
#include "os/overlay.h"
#include "os/superblock.h"

namespace filesystem {
namespace {

constexpr std::size_t longest_name = 8192;

std::string lower_record(const FileSystem& wanted) { return cat(backing(wanted), "/lower"); }

Result<os::Dir> open_top(const UniqueFd& mount, const std::string& shown) {
    UniqueFd top(::openat(mount.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!top) return Error::os(errno, "open", shown);
    return os::Dir(std::move(top), shown);
}

Result<UniqueFd> mount_disk(const FileSystem& wanted) {
    const auto disk = disk_of(wanted);
    if (!disk) return Error{Kind::invalid, cat("'", backing(wanted), "' has no size of its own")};
    return mount_apart(*disk);
}

Result<void> make_layers(const os::Dir& top, const std::string& name) {
    TRY(top.make_dir(name, 0700));
    const auto store = TRY(top.beneath(name));
    TRY(store.make_dir("upper", 0755));
    return store.make_dir("work", 0700);
}

Result<void> fill_disk(const FileSystem& wanted) {
    const auto mount = TRY(mount_disk(wanted));
    return make_layers(TRY(open_top(mount, backing(wanted))), place_on_disk(wanted));
}

Result<void> make_store(const FileSystem& wanted) {
    const auto store = backing(wanted);
    if (const auto disk = disk_of(wanted)) {
        TRY(os::make_dir(disk_point(wanted), 0700));
        TRY(create(*disk));
        return fill_disk(wanted);
    }
    TRY(os::make_dir(cat(store, "/upper"), 0755));
    return os::make_dir(cat(store, "/work"), 0700);
}

Error written_over_another(const FileSystem& wanted, std::string_view lower) {
    return {Kind::invalid,
            cat("what was written lies over ", printable(lower), ", and fits no other than that: '",
                backing(wanted), "' was made for it; let dev=", printable(lower),
                " stand, or move it with syncwpar -D")};
}

// What a move to another tree left, done or not.
Result<void> tidy(const FileSystem& wanted, const os::Dir& top) {
    const auto lower = TRY(lower_of_overlay(wanted));
    if (lower != wanted.lower) return written_over_another(wanted, lower);
    const auto present = place_on_disk(wanted);
    const auto names = TRY(top.entries());
    if (std::find(names.begin(), names.end(), present) == names.end())
        return Error{Kind::missing,
                     cat("'", backing(*disk_of(wanted)), "' does not hold what was written over ",
                         printable(lower), "; restore it from a backup")};
    for (const auto& name : names)
        if (name != present && name != "lost+found") TRY(top.remove(name));
    return {};
}

using Lay = Result<UniqueFd> (*)(const os::OverlayCall&);

Result<UniqueFd> lay_over(const FileSystem& wanted, const os::Dir& store,
                          Lay lay = os::mount_overlay) {
    const auto lower = TRY(os::Dir::open(wanted.device));
    return lay({.lower = lower.fd(),
                .store = store.fd(),
                .shown = wanted.directory,
                .attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV});
}

// overlayfs takes no layer that is attached to nothing, and nobody else is to see this one.
Result<UniqueFd> lay_over_disk(const FileSystem& wanted, const UniqueFd& mount,
                               Lay lay = os::mount_overlay) {
    auto home = TRY(os::MountHome::leave());
    const auto point = TRY(os::Dir::open(disk_point(wanted)));
    TRY(os::attach_mount(mount.get(), point.fd(), point.path()));
    const auto store = TRY(TRY(open_top(mount, point.path())).beneath(place_on_disk(wanted)));
    auto made = TRY(lay_over(wanted, store, lay));
    TRY(home.back());
    return made;
}

}  // namespace

std::string disk_point(const FileSystem& wanted) { return cat(backing(wanted), "/disk"); }

// "generation:3", or a path with its slashes as commas.
std::string place_on_disk(const FileSystem& wanted) {
    auto name = cat("over-", wanted.lower);
    std::replace(name.begin(), name.end(), '/', ',');
    return name.substr(0, 255);
}

Result<void> check_store(const FileSystem& wanted) {
    if (os::exists(backing(wanted)))
        return Error{Kind::exists, cat("'", backing(wanted), "' exists already")};
    if (const auto disk = disk_of(wanted)) return check(*disk);
    return check_idmap(wanted.store);
}

Result<void> create_overlay(const FileSystem& wanted) {
    const auto store = backing(wanted);
    if (os::exists(store)) return Error{Kind::exists, cat("'", store, "' exists already")};
    TRY(os::make_dirs(cat(wanted.store, "/", wanted.wpar), 0700));
    Undo undo;
    undo.add([&] { (void)remove_overlay(wanted); });  // the first failure is what matters
    TRY(os::make_dir(store, 0700));
    TRY(write_lower(wanted));
    TRY(make_store(wanted));
    undo.keep();
    return {};
}

Result<void> create_overlay_around(const FileSystem& wanted) {
    const auto store = backing(wanted);
    TRY(os::make_dirs(cat(wanted.store, "/", wanted.wpar), 0700));
    TRY(os::make_dir(store, 0700));
    TRY(write_lower(wanted));
    return os::make_dir(disk_point(wanted), 0700);
}

// It writes both anew at the next mount.
Result<void> settle_twin(const FileSystem& wanted) {
    const auto store = TRY(open_store(wanted));
    const auto forget = [&](const char* path, const char* mark) -> Result<void> {
        const auto directory = store.beneath(path);
        if (!directory && directory.error().kind == Kind::missing) return {};
        if (!directory) return directory.error();
        if (::fremovexattr(directory->fd(), mark) == 0 || errno == ENODATA) return {};
        return Error::os(errno, cat("remove attribute ", mark), directory->path());
    };
    TRY(forget("work/index", "trusted.overlay.upper"));
    return forget("upper", "trusted.overlay.uuid");
}

Result<void> remove_overlay(const FileSystem& wanted) {
    if (const auto disk = disk_of(wanted)) TRY(remove(*disk));
    return os::remove_tree(backing(wanted));
}

bool is_overlay_created(const FileSystem& wanted) {
    const auto disk = disk_of(wanted);
    return os::exists(disk ? disk_point(wanted) : cat(backing(wanted), "/upper")) &&
           (!disk || is_created(*disk));
}

Result<std::string> lower_of_overlay(const FileSystem& wanted) {
    return std::string(trim(TRY(os::read_file(lower_record(wanted), longest_name))));
}

Result<void> write_lower(const FileSystem& wanted) {
    return os::replace_file({.path = lower_record(wanted),
                             .text = cat(wanted.lower, "\n"),
                             .mode = 0600,
                             .sync = false});  // make_durable() comes when all is there
}

Result<UniqueFd> mount_overlay(const FileSystem& wanted) {
    if (disk_of(wanted)) return lay_over_disk(wanted, TRY(mount_store_disk(wanted)));
    return lay_over(wanted, TRY(os::Dir::open(backing(wanted))));
}

Result<UniqueFd> mount_overlay_view(const FileSystem& wanted) {
    if (disk_of(wanted))
        return lay_over_disk(wanted, TRY(mount_disk(wanted)), os::mount_overlay_view);
    return lay_over(wanted, TRY(os::Dir::open(backing(wanted))), os::mount_overlay_view);
}

Result<os::Dir> open_store(const FileSystem& wanted) {
    if (!disk_of(wanted)) return os::Dir::open(backing(wanted));
    const auto mount = TRY(mount_disk(wanted));
    return TRY(open_top(mount, backing(wanted))).beneath(place_on_disk(wanted));
}

Result<UniqueFd> mount_store_disk(const FileSystem& wanted) {
    auto mount = TRY(mount_disk(wanted));
    TRY(tidy(wanted, TRY(open_top(mount, backing(wanted)))));
    return mount;
}

Result<UniqueFd> mount_overlay_beside(const FileSystem& wanted) {
    const auto mount = TRY(mount_disk(wanted));
    const auto top = TRY(open_top(mount, backing(wanted)));
    TRY(top.remove(place_on_disk(wanted)));
    TRY(make_layers(top, place_on_disk(wanted)));
    return lay_over_disk(wanted, mount);
}

}  // namespace filesystem
