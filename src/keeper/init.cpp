#include "keeper/init.h"

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace keeper {
namespace {

using session::protocol::End;

// linux/pidfd.h of kernel 6.15; older headers lack it.
struct PidfdInfo {
    std::uint64_t mask = 0;
    std::uint64_t cgroup = 0;
    std::uint32_t ids[11] = {};
    std::int32_t exit_code = 0;
};
static_assert(sizeof(PidfdInfo) == 64);
constexpr std::uint64_t info_exit = 1 << 3;
constexpr unsigned long get_info = _IOWR(0xff, 11, PidfdInfo);

// Only the parent is told of a reboot(2) inside. Seen from here it is an init that exited with 0,
// or that was killed because another process asked: both mean that it was shut down, and what is
// down stays down.
End meaning_to_a_stranger(int wait_status) {
    if (wait_status <= 0 || wait_status == SIGKILL) return End::halt;
    return meaning(wait_status);
}

// A process that is not our child tells how it ended only once its parent has reaped it.
int status_of_stranger(int pidfd) {
    pollfd reaped = {pidfd, 0, 0};
    (void)::poll(&reaped, 1, 1000);
    PidfdInfo info = {};
    info.mask = info_exit;
    if (::ioctl(pidfd, get_info, &info) != 0 || (info.mask & info_exit) == 0) return -1;
    return info.exit_code;
}

}  // namespace

End meaning(int wait_status) {
    if (WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGHUP) return End::reboot;
    if (WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGINT) return End::halt;
    return End::died;
}

void Init::hold(int pidfd, pid_t pid, std::uint64_t start, bool adopted) {
    pid_ = pid;
    start_ = start;
    adopted_ = adopted;
    if (pid == 0) return;
    pidfd_ = pidfd >= 0 ? pidfd : static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    if (pidfd_ < 0) ending_ = {End::halt, -1};
}

bool Init::status_of_child() {
    siginfo_t info = {};
    const auto id = static_cast<id_t>(pidfd_);
    int done = 0;
    do done = ::waitid(P_PIDFD, id, &info, WEXITED | __WALL);
    while (done != 0 && errno == EINTR);
    if (done != 0) return false;
    const int core = info.si_code == CLD_DUMPED ? WCOREFLAG : 0;
    const int status =
        info.si_code == CLD_EXITED ? W_EXITCODE(info.si_status, 0) : info.si_status | core;
    ending_ = {meaning(status), status};
    return true;
}

void Init::collect() {
    if (!status_of_child()) {
        const int status = status_of_stranger(pidfd_);
        ending_ = {meaning_to_a_stranger(status), status};
    }
    ::close(pidfd_);
    pidfd_ = -1;
}

}  // namespace keeper
