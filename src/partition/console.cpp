#include "partition/console.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "os/dir.h"
#include "os/mount.h"
#include "os/namespace.h"
#include "os/superblock.h"
#include "partition/report.h"
#include "session/terminal.h"

namespace partition {
namespace {

// Inside the WPAR's mounts, with its root's rights: what its root has placed there can harm nobody but itself.
Result<UniqueFd> make_console() {
    auto pty = TRY(session::open_pty(-1, 0));
    // what is there ended with its pty, and nothing can be mounted on it
    (void)::umount2("/dev/console", UMOUNT_NOFOLLOW | MNT_DETACH);
    const auto dev = TRY(os::Dir::open("/dev"));
    const auto place =
        TRY(dev.open_file({.path = "console", .flags = O_PATH, .no_symlinks = true}));
    const auto mount = TRY(os::clone_mount(pty.slave.get(), "console"));
    TRY(os::attach_mount(mount.get(), place.get(), "/dev/console"));
    return std::move(pty.master);
}

[[noreturn]] void enter_and_make(int init_pidfd, int writer) noexcept {
    const auto master = [&]() -> Result<UniqueFd> {
        TRY(os::join_namespaces(init_pidfd, CLONE_NEWUSER | CLONE_NEWNS));
        if (::setresgid(0, 0, 0) != 0 || ::setresuid(0, 0, 0) != 0)
            return Error::os(errno, "setresuid", "root of the workload partition");
        return make_console();
    }();
    if (master)
        report(writer, os::ProcessId{}, master->get());
    else
        report(writer, master.error());
    ::_exit(0);
}

}  // namespace

Result<UniqueFd> renew_console(int init_pidfd) {
    auto ends = TRY(make_report());
    const auto child = ::fork();
    if (child < 0) return Error::os(errno, "fork", "console");
    if (child == 0) enter_and_make(init_pidfd, ends.writer.get());
    ends.writer = UniqueFd();
    auto made = read_report(ends.reader.get());
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
    if (!made) return made.error();
    return std::move(made->attached);
}

}  // namespace partition
