#include "filesystem/attach.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>

#include "filesystem/loop.h"
#include "filesystem/overlay.h"
#include "os/dir.h"
#include "os/mount_table.h"
#include "os/superblock.h"

namespace filesystem {
namespace {

std::string global_path(const std::string& base, const std::string& directory) {
    return directory == "/" ? base : cat(base, directory);
}

// The parent is reached part by part, so a link that the WPAR's root left on the way is an error,
// not a way out.
Result<os::Dir> mount_point(const std::string& base, const std::string& directory) {
    auto here = TRY(os::Dir::open(base));
    for (const auto& part : split(directory, '/')) {
        if (part.empty() || part == ".") continue;
        if (part == "..")
            return Error{Kind::invalid, cat("mount point '", directory, "' must not hold '..'")};
        auto made = here.make_dir(part, 0755);
        if (!made && made.error().kind != Kind::exists) return made.error();
        auto next = here.open_file(
            {.path = part, .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW, .no_symlinks = true});
        if (!next)
            return Error{next.error().kind,
                         cat("mount point '", printable(directory), "': '", printable(part),
                             "' is in its way: it must be a directory, and no link")};
        here = os::Dir(*std::move(next), cat(here.path(), "/", part));
    }
    return here;
}

// Whether what is mounted at the point is what we would mount.
Result<bool> is_mounted(const std::string& point, const FileSystem& wanted) {
    const auto table = TRY(os::mount_table());
    const auto latest = std::find_if(table.rbegin(), table.rend(),
                                     [&](const auto& entry) { return entry.point == point; });
    if (latest == table.rend()) return false;
    const auto source = backing(wanted);
    struct stat device = {};
    if (::stat(source.c_str(), &device) == 0 && S_ISBLK(device.st_mode) &&
        latest->device == cat(major(device.st_rdev), ":", minor(device.st_rdev)))
        return true;
    if (latest->source == source) return true;  // btrfs has device numbers of its own
    const auto loops = TRY(list_loops(source));
    if (std::find(loops.begin(), loops.end(), latest->source) != loops.end()) return true;
    return Error{Kind::busy, cat("'", printable(point), "' is a mount point of '",
                                 printable(latest->source), "' already")};
}

Result<UniqueFd> mount_source(const FileSystem& wanted, const std::string& source) {
    return os::mount_detached({.type = std::string(kernel_name(wanted.type)),
                               .source = source,
                               .options = wanted.options,
                               .attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV});
}

FileSystem writable(FileSystem wanted) {
    auto options = split(wanted.options, ',');
    std::erase(options, "ro");
    wanted.options = join(options, ",");
    return wanted;
}

// A damaged file system: of what it stumbled over the kernel tells the log alone.
Error explained(Error error, const FileSystem& wanted) {
    const int number = error.os_number;
    const bool option = error.text.find(" option '") != std::string::npos;
    if (option || (number != EINVAL && number != EUCLEAN && number != EBADMSG && number != EIO))
        return error;
    const auto* program = wanted.type == Type::xfs     ? "xfs_repair "
                          : wanted.type == Type::btrfs ? "btrfs check "
                                                       : "e2fsck -f ";
    error.text += cat("; if the file system is damaged (dmesg tells), mend it: ", program,
                      shell_word(backing(wanted)));
    return error;
}

Result<UniqueFd> mount_found(const FileSystem& wanted) {
    const auto source = backing(wanted);
    struct stat found = {};
    if (::stat(source.c_str(), &found) != 0) return Error::os(errno, "open", source);
    if (S_ISBLK(found.st_mode)) return mount_source(wanted, source);
    // one that is still there for somebody's sake: a second one would write to the same blocks behind its back
    const auto loops = TRY(list_loops(source));
    if (!loops.empty()) {
        auto mounted = mount_source(wanted, loops.front()).within("image '", source, "'");
        const auto left = TRY(list_loops(source));
        const bool gone = std::find(left.begin(), left.end(), loops.front()) == left.end();
        if (mounted || !gone) return mounted;  // else its last user ended just now
    }
    const auto loop = TRY(attach_loop({.backing = source, .read_only = is_read_only(wanted)}));
    return mount_source(wanted, loop.path).within("image '", source, "'");
}

Result<UniqueFd> mount_backing(const FileSystem& wanted) {
    auto mounted = mount_found(wanted);
    if (!mounted) return explained(mounted.error(), wanted);
    return mounted;
}

Result<void> mount_disk(const std::string& base, const FileSystem& wanted) {
    const auto point = global_path(base, wanted.directory);
    if (TRY(is_mounted(point, wanted))) return {};
    const auto target = TRY(mount_point(base, wanted.directory));
    const auto mount = TRY(mount_backing(wanted));
    return os::attach_mount(mount.get(), target.fd(), point);
}

Result<bool> is_overlaid(const std::string& point) {
    const auto table = TRY(os::mount_table());
    return std::any_of(table.begin(), table.end(), [&](const auto& entry) {
        return entry.point == point && entry.type == "overlay";
    });
}

Result<void> mount_over(const std::string& base, const FileSystem& wanted, const Mounting& how) {
    const auto target = TRY(mount_point(base, wanted.directory));
    const auto point = global_path(base, wanted.directory);
    if (how.to_launch || TRY(is_overlaid(point))) return {};
    const auto mount = TRY(mount_overlay(wanted));
    return os::attach_mount(mount.get(), target.fd(), point);
}

std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

// Names above the mount point may have become links since it was mounted; then umount must not
// follow them. The descriptor is the parent's: one of the mount point itself would keep it busy.
Result<void> unmount(const std::string& base, const std::string& point, const Unmounting& how) {
    auto parent = point == base ? os::Dir::open(cat(parent_of(base), "/")) : os::Dir::open(base);
    if (!parent) return parent.error();
    auto inner = point == base ? std::string(".") : cat(".", parent_of(point).substr(base.size()));
    const auto around =
        TRY(parent->open_file({.path = inner, .flags = O_PATH | O_DIRECTORY, .no_symlinks = true}));
    const auto name = cat("/proc/self/fd/", around.get(), point.substr(point.rfind('/')));
    *parent = os::Dir();
    if (::umount2(name.c_str(), UMOUNT_NOFOLLOW | (how.lazy ? MNT_DETACH : 0)) == 0) return {};
    if (errno == EINVAL || errno == ENOENT) return {};  // no mount point any more
    auto error = Error::os(errno, "unmount", point);
    if (error.kind == Kind::busy) error.text += cat("; who uses it: fuser -vm ", shell_word(point));
    return error;
}

}  // namespace

Result<void> mount_in(const std::string& base, const FileSystem& wanted, const Mounting& how) {
    const auto attempt = [&]() -> Result<void> {
        if (on_disk(wanted.type))
            return mount_disk(base, how.to_populate ? writable(wanted) : wanted);
        if (wanted.type == Type::overlay) return mount_over(base, wanted, how);
        TRY(mount_point(base, wanted.directory));
        return {};
    };
    return attempt().within("mount '", printable(wanted.directory), "'");
}

Result<UniqueFd> mount_apart(const FileSystem& wanted, const std::string& options) {
    auto plain = wanted;
    plain.options = options;
    return mount_backing(plain);
}

Result<std::vector<std::string>> mounts_below(const std::string& base) {
    std::vector<std::string> points;
    for (auto& entry : TRY(os::mount_table()))
        if (os::is_below(entry.point, base)) points.push_back(std::move(entry.point));
    return points;
}

Result<void> unmount_in(const std::string& base, const std::string& directory,
                        const Unmounting& how) {
    const auto point = global_path(base, directory);
    for (const auto& entry : TRY(mounts_below(base)))
        if (entry == point) TRY(unmount(base, point, how));
    return {};
}

Result<void> unmount_all(const std::string& base, const Unmounting& how) {
    if (base.empty() || base == "/" || base.front() != '/')
        return Error{Kind::invalid, cat("'", printable(base), "' is no base directory")};
    auto points = TRY(mounts_below(base));
    Result<void> first;
    for (auto point = points.rbegin(); point != points.rend(); ++point) {
        auto done = unmount(base, *point, how);
        if (!done && first) first = std::move(done);
    }
    if (!first) return first;
    const auto left = TRY(mounts_below(base));
    if (left.empty()) return {};
    return Error{Kind::busy, cat("'", printable(left.back()), "' is still mounted")};
}

}  // namespace filesystem
