#include "launch/live_tree.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>

#include "os/mount.h"
#include "os/namespace.h"
#include "os/process.h"
#include "os/superblock.h"

namespace launch {
namespace {

Result<void> enter(const UniqueFd& mounts) {
    return os::join_namespaces(mounts.get(), CLONE_NEWNS)
        .within("the workload partition's mount namespace");
}

// A copy of the mount whose flags nobody in that user namespace can change: copying a mount namespace into a user
// namespace with fewer rights locks what it holds.
Result<UniqueFd> locked_copy(const Made& made, const Inside& inside) {
    TRY(os::leave_namespaces(CLONE_NEWNS));
    TRY(os::change_mount("/", {.propagation = MS_PRIVATE, .recursive = true}));
    const auto place = TRY(os::Dir::open(inside.storage));
    TRY(os::attach_mount(made.mount.get(), place.fd(), inside.storage));
    // it is there in the copy, too: the working directory goes along
    if (::fchdir(made.mount.get()) != 0) return Error::os(errno, "chdir", made.target);
    TRY(os::join_namespaces(inside.users.get(), CLONE_NEWUSER));
    TRY(os::leave_namespaces(CLONE_NEWNS));
    return os::clone_mount(".");
}

Result<UniqueFd> open_inner(const Made& made, const Inside& inside) {
    const auto storage = TRY(os::Dir::open(inside.storage));
    const auto sort = TRY(sort_of(made.mount.get(), made.target));
    TRY(enter(inside.mounts));
    return open_target(TRY(os::Dir::open("/")), storage, {made.target, sort});
}

// In a child: it ends in another user namespace.
Result<void> attach_inner(const Made& made, const Inside& inside) {
    const auto own = TRY(os::open_namespace(0, "mnt"));
    const auto target = TRY(open_inner(made, inside));
    if (!inside.users) return os::attach_mount(made.mount.get(), target.get(), made.target);
    TRY(os::join_namespaces(own.get(), CLONE_NEWNS));
    const auto copy = TRY(locked_copy(made, inside));
    TRY(enter(inside.mounts));
    return os::attach_mount(copy.get(), target.get(), made.target);
}

Error refused(int number, const Detaching& wanted) {
    auto error = Error::os(number, "unmount", wanted.target);
    if (number != EINVAL) return error;
    error.kind = Kind::denied;
    error.text = cat("'", wanted.target, "' cannot be unmounted while the workload partition runs");
    return error;
}

Result<void> detach_inner(const Detaching& wanted, const Inside& inside) {
    TRY(enter(inside.mounts));
    const auto root = TRY(os::Dir::open("/"));
    const auto slash = wanted.target.rfind('/');
    const auto around =
        TRY(root.open_file({.path = slash == 0 ? "/" : wanted.target.substr(0, slash),
                            .flags = O_PATH | O_DIRECTORY,
                            .in_root = true}));
    // relative to here: the name alone is looked up, and no link is followed
    if (::fchdir(around.get()) != 0) return Error::os(errno, "chdir", wanted.target);
    const auto name = wanted.target.substr(slash + 1);
    const int flags = UMOUNT_NOFOLLOW | (wanted.lazy ? MNT_DETACH : 0);
    if (::umount2(name.c_str(), flags) != 0) return refused(errno, wanted);
    while (::umount2(name.c_str(), flags) == 0) {
    }
    return errno == EINVAL ? Result<void>() : refused(errno, wanted);
}

Result<void> resize_inner(const std::string& target, const std::string& size,
                          const Inside& inside) {
    TRY(enter(inside.mounts));
    const auto root = TRY(os::Dir::open("/"));
    const auto place =
        TRY(root.open_file({.path = target, .flags = O_PATH | O_DIRECTORY, .in_root = true}));
    struct statfs found = {};
    if (::fstatfs(place.get(), &found) != 0 || found.f_type != TMPFS_MAGIC)
        return Error{Kind::other, cat("'", target, "' inside is no tmpfs any more")};
    return os::change_options(place.get(), cat("size=", size), target);
}

}  // namespace

Result<Inside> open_inside(const Process& process, const std::string& base) {
    Inside inside;
    inside.mounts = TRY(os::open_namespace(process.pid, "mnt"));
    if (!base.empty()) inside.users = TRY(os::open_namespace(process.pid, "user"));
    if (!base.empty()) inside.storage = base;
    if (TRY(os::wait_end(process.pidfd, std::chrono::milliseconds(0))))
        return Error{Kind::missing, "the workload partition has ended"};  // whose may they be?
    return inside;
}

Result<void> attach_live(const Made& made, const Inside& inside) {
    return os::in_child([&] { return attach_inner(made, inside); })
        .within("mount '", printable(made.target), "'");
}

Result<void> detach_live(const Detaching& wanted, const Inside& inside) {
    return os::in_child([&] { return detach_inner(wanted, inside); })
        .within("unmount '", printable(wanted.target), "'");
}

Result<void> resize_live(const std::string& target, const std::string& size, const Inside& inside) {
    return os::in_child([&] { return resize_inner(target, size, inside); })
        .within("size of '", printable(target), "'");
}

}  // namespace launch
