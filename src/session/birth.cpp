#include "session/birth.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "os/process.h"

namespace session {
namespace {

// Below the delegated group, since systemd inside enables controllers there: such a group cannot
// hold processes itself.
constexpr char leaf[] = "clogin";

UniqueFd session_group(int delegated) {
    constexpr int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    UniqueFd group(::openat(delegated, leaf, flags));
    if (group || errno != ENOENT) return group;
    if (::mkdirat(delegated, leaf, 0755) != 0 && errno != EEXIST) return UniqueFd();
    return UniqueFd(::openat(delegated, leaf, flags));
}

long clone_into(int group, int& pidfd) {
    clone_args call = {};
    call.flags = CLONE_PIDFD | (group >= 0 ? CLONE_INTO_CGROUP : 0);
    call.pidfd = reinterpret_cast<std::uintptr_t>(&pidfd);
    call.exit_signal = SIGCHLD;
    call.cgroup = group >= 0 ? static_cast<std::uint64_t>(group) : 0;
    return ::syscall(SYS_clone3, &call, sizeof call);
}

// The owner of the group may have made the leaf unusable; then the delegated group itself, if it
// can hold processes.
long clone_in_group(int delegated, int& pidfd) {
    if (delegated < 0) return clone_into(-1, pidfd);
    if (const auto group = session_group(delegated)) {
        const long pid = clone_into(group.get(), pidfd);
        if (pid >= 0 || (errno != EBUSY && errno != EOPNOTSUPP && errno != ENODEV)) return pid;
    }
    return clone_into(delegated, pidfd);
}

Error not_born(int number) {
    if (number == EAGAIN)
        return {Kind::full, "the WPAR has reached its limit of processes or threads", number, {}};
    if (number == ENOMEM)
        return {Kind::missing, "the WPAR has ended, or memory is short (ENOMEM)", number, {}};
    if (number == EBUSY) return {Kind::busy, "the WPAR's cgroup cannot hold processes", number, {}};
    return Error::os(number, "clone3", "session");
}

// Children of this process are born elsewhere while it lives; this process itself stays.
class BirthPlace {
  public:
    static Result<BirthPlace> in(int init) {
        auto own = TRY(os::pidfd(::getpid()));
        if (::setns(init, CLONE_NEWPID) == 0) return BirthPlace(std::move(own));
        if (errno == ESRCH) return Error{Kind::missing, "the WPAR has ended"};
        return Error::os(errno, "setns", "pid namespace");
    }
    BirthPlace(BirthPlace&&) = default;
    BirthPlace& operator=(BirthPlace&&) = delete;
    ~BirthPlace() {
        if (own_) (void)::setns(own_.get(), CLONE_NEWPID);  // to where we are: always allowed
    }
    void forget() { own_ = UniqueFd(); }

  private:
    explicit BirthPlace(UniqueFd own) : own_(std::move(own)) {}
    UniqueFd own_;
};

}  // namespace

Result<Child> bear(const Entry& entry) {
    auto place = TRY(BirthPlace::in(entry.init));
    (void)::prctl(PR_SET_DUMPABLE, 0);
    int pidfd = -1;
    const long pid = clone_in_group(entry.cgroup, pidfd);
    const int number = errno;
    if (pid == 0) {
        place.forget();
        return Child{.is_child = true};
    }
    (void)::prctl(PR_SET_DUMPABLE, 1);
    if (pid < 0) return not_born(number);
    return Child{.pid = static_cast<pid_t>(pid), .pidfd = UniqueFd(pidfd)};
}

}  // namespace session
