#include "partition/console.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>

#include "os/child.h"
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

// A service's own view of /dev: where the old one is mounted, the new one takes its place.
Result<void> replace_elsewhere(int process, const std::string& slave) {
    TRY(os::join_namespaces(process, CLONE_NEWNS));
    if (::umount2("/dev/console", UMOUNT_NOFOLLOW | MNT_DETACH) != 0) return {};
    const auto dev = TRY(os::Dir::open("/dev"));
    const auto place =
        TRY(dev.open_file({.path = "console", .flags = O_PATH, .no_symlinks = true}));
    const auto mount = TRY(os::clone_mount(slave));
    return os::attach_mount(mount.get(), place.get(), "/dev/console");
}

[[noreturn]] void enter_and_make(int init_pidfd, const std::vector<UniqueFd>& others,
                                 int writer) noexcept {
    const auto master = [&]() -> Result<UniqueFd> {
        TRY(os::join_namespaces(init_pidfd, CLONE_NEWUSER | CLONE_NEWNS));
        if (::setresgid(0, 0, 0) != 0 || ::setresuid(0, 0, 0) != 0)
            return Error::os(errno, "setresuid", "root of the workload partition");
        auto made = TRY(make_console());
        unsigned number = 0;
        if (::ioctl(made.get(), TIOCGPTN, &number) == 0)
            for (const auto& process : others)
                (void)replace_elsewhere(process.get(), cat("/dev/pts/", number));  // or has none
        return made;
    }();
    if (master)
        report(writer, os::ProcessId{}, master->get());
    else
        report(writer, master.error());
    ::_exit(0);
}

}  // namespace

Result<UniqueFd> renew_console(int init_pidfd, const std::vector<UniqueFd>& others) {
    auto ends = TRY(make_report());
    const auto child = ::fork();
    if (child < 0) return Error::os(errno, "fork", "console");
    if (child == 0) enter_and_make(init_pidfd, others, ends.writer.get());
    ends.writer = UniqueFd();
    auto made = read_report(ends.reader.get());
    (void)os::reap(child);
    if (!made) return made.error();
    return std::move(made->attached);
}

}  // namespace partition
