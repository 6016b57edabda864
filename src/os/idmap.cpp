#include "os/idmap.h"

#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "base/undo.h"
#include "os/child.h"
#include "os/dir.h"
#include "os/namespace.h"

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

}  // namespace

Result<void> write_id_maps(pid_t process, const IdRange& range) {
    const auto map = cat("0 ", range.first, " ", range.count);
    TRY(write_existing(cat("/proc/", process, "/uid_map"), map));
    return write_existing(cat("/proc/", process, "/gid_map"), map);
}

// The child is only needed to make it.
Result<UniqueFd> make_id_namespace(const IdRange& range) {
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
        (void)os::reap(child);
    });
    int answer = EIO;
    while (::read(pair.ours.get(), &answer, sizeof answer) < 0 && errno == EINTR) {
    }
    if (answer != 0) return Error::os(answer, "unshare", "user namespace");
    TRY(write_id_maps(child, range));
    return open_namespace(child, "user");
}

}  // namespace os
