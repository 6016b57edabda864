#include "os/idmap_probe.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>

#include "base/undo.h"
#include "os/dir.h"

namespace os {
namespace {

struct Pair {
    UniqueFd ours;
    UniqueFd childs;
};

Result<Pair> make_pair() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return Error::os(errno, "socketpair", "");
    return Pair{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// Between fork and its end the child makes system calls only.
[[noreturn]] void hold_user_namespace(int parent) {
    int answer = ::unshare(CLONE_NEWUSER) == 0 ? 0 : errno;
    (void)!::write(parent, &answer, sizeof answer);
    (void)!::read(parent, &answer, 1);  // until the parent has the descriptor, or is gone
    ::_exit(0);
}

Result<UniqueFd> open_namespace(pid_t child) {
    TRY(write_existing(cat("/proc/", child, "/uid_map"), "0 100000 65536"));
    TRY(write_existing(cat("/proc/", child, "/gid_map"), "0 100000 65536"));
    const auto path = cat("/proc/", child, "/ns/user");
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return Error::os(errno, "open", path);
    return fd;
}

// A user namespace lives as long as its descriptor; the child is only needed to make it.
Result<UniqueFd> throwaway_namespace() {
    auto pair = TRY(make_pair());
    const pid_t child = ::fork();
    if (child < 0) return Error::os(errno, "fork", "");
    if (child == 0) {
        pair.ours = UniqueFd();
        hold_user_namespace(pair.childs.get());
    }
    pair.childs = UniqueFd();
    Undo reap;
    reap.add([&] {
        pair.ours = UniqueFd();  // the child's read ends
        while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
        }
    });
    int answer = EIO;
    while (::read(pair.ours.get(), &answer, sizeof answer) < 0 && errno == EINTR) {
    }
    if (answer != 0) return Error::os(answer, "unshare", "user namespace");
    return open_namespace(child);
}

}  // namespace

Result<void> probe_idmap(const std::string& path) {
    const auto space = TRY(throwaway_namespace());
    const UniqueFd tree(::open_tree(AT_FDCWD, path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
    if (!tree) return Error::os(errno, "open_tree", path);
    mount_attr attributes = {};
    attributes.attr_set = MOUNT_ATTR_IDMAP;
    attributes.userns_fd = static_cast<__u64>(space.get());
    if (::mount_setattr(tree.get(), "", AT_EMPTY_PATH, &attributes, sizeof attributes) == 0)
        return {};
    auto error = Error::os(errno, "idmap", path);
    if (error.os_number == EINVAL) error.kind = Kind::unsupported;
    return error;
}

}  // namespace os
