#include "os/mount.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace os {
namespace {

Result<UniqueFd> clone_at(int at, const char* path, unsigned flags, const std::string& shown) {
    UniqueFd fd(::open_tree(at, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | flags));
    if (!fd) return Error::os(errno, "open_tree", shown);
    return fd;
}

struct Place {
    int at = AT_FDCWD;
    const char* path = "";
    unsigned flags = 0;
};

Result<void> change_at(const Place& place, const MountChange& change, const std::string& shown) {
    mount_attr attributes = {};
    attributes.attr_set = change.set;
    attributes.attr_clr = change.clear;
    attributes.propagation = change.propagation;
    if (change.user_namespace >= 0) {
        attributes.attr_set |= MOUNT_ATTR_IDMAP;
        attributes.userns_fd = static_cast<std::uint64_t>(change.user_namespace);
    }
    const unsigned flags = place.flags | (change.recursive ? AT_RECURSIVE : 0U);
    if (::mount_setattr(place.at, place.path, flags, &attributes, sizeof attributes) == 0)
        return {};
    auto error = Error::os(errno, change.user_namespace >= 0 ? "idmap" : "mount_setattr", shown);
    if (change.user_namespace >= 0 && error.os_number == EINVAL)
        return Error{
            Kind::unsupported,
            cat(error.text,
                "; its file system cannot shift ids: ext4, xfs and btrfs can, overlay and NFS "
                "cannot, tmpfs from Linux 6.3 on"),
            EINVAL,
            {},
            std::string(checks::idmap)};
    return error;
}

}  // namespace

Result<UniqueFd> clone_mount(const std::string& path) {
    return clone_at(AT_FDCWD, path.c_str(), 0, path);
}

Result<UniqueFd> clone_mount(int fd, const std::string& shown) {
    return clone_at(fd, "", AT_EMPTY_PATH, shown);
}

Result<UniqueFd> clone_mounts(const std::string& path) {
    return clone_at(AT_FDCWD, path.c_str(), AT_RECURSIVE, path);
}

Result<void> change_mount(int mount, const MountChange& change, const std::string& shown) {
    return change_at({mount, "", AT_EMPTY_PATH}, change, shown);
}

Result<void> change_mount(const std::string& path, const MountChange& change) {
    return change_at({AT_FDCWD, path.c_str(), 0}, change, path);
}

Result<void> pivot_into(int root) {
    if (::fchdir(root) != 0) return Error::os(errno, "chdir", "new root");
    // with both in one place the old root ends up on top of the new one, where it is then
    // unmounted: pivot_root(2)
    if (::syscall(SYS_pivot_root, ".", ".") != 0) return Error::os(errno, "pivot_root", "new root");
    if (::umount2(".", MNT_DETACH) != 0) return Error::os(errno, "umount", "old root");
    if (::chdir("/") != 0) return Error::os(errno, "chdir", "/");
    return {};
}

}  // namespace os
