#include "os/namespace.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <cerrno>

#include "os/child.h"

namespace os {
namespace {

int run_work(void* given) {
    (*static_cast<const std::function<void()>*>(given))();
    ::_exit(0);  // the memory is the parent's: no exit handlers
}

struct Stack {
    static constexpr std::size_t size = std::size_t{256} * 1024;
    void* base = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
    Stack() = default;
    Stack(const Stack&) = delete;
    Stack& operator=(const Stack&) = delete;
    ~Stack() {
        if (base != MAP_FAILED) ::munmap(base, size);
    }
};

}  // namespace

Result<UniqueFd> open_namespace(pid_t process, std::string_view kind) {
    const auto path =
        process == 0 ? cat("/proc/self/ns/", kind) : cat("/proc/", process, "/ns/", kind);
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return Error::os(errno, "open", path);
    return fd;
}

Result<void> join_namespaces(int fd, int kinds) {
    if (::setns(fd, kinds) == 0) return {};
    return Error::os(errno, "setns", "");
}

Result<void> leave_namespaces(int kinds) {
    if (::unshare(kinds) == 0) return {};
    auto error = Error::os(errno, "unshare", "");
    error.check = checks::namespaces;  // ENOSPC is no full disk here
    return error;
}

Result<Cloned> clone_process(const CloneCall& call) {
    clone_args how = {};
    int pidfd = -1;
    how.flags = call.flags | CLONE_PIDFD;
    how.pidfd = reinterpret_cast<std::uint64_t>(&pidfd);
    how.exit_signal = SIGCHLD;
    if (call.cgroup >= 0) {
        how.flags |= CLONE_INTO_CGROUP;
        how.cgroup = static_cast<std::uint64_t>(call.cgroup);
    }
    const auto pid = static_cast<pid_t>(::syscall(SYS_clone3, &how, sizeof how));
    if (pid < 0) return Error::os(errno, "clone3", "");
    if (pid == 0) return Cloned{};
    return Cloned{pid, UniqueFd(pidfd)};
}

Result<pid_t> vfork_process(const std::function<void()>& work) {
    const Stack stack;
    if (stack.base == MAP_FAILED) return Error::os(errno, "mmap", "stack");
    auto* top = static_cast<char*>(stack.base) + Stack::size;
    const pid_t child = ::clone(run_work, top, CLONE_VM | CLONE_VFORK | SIGCHLD,
                                const_cast<std::function<void()>*>(&work));
    if (child < 0) return Error::os(errno, "clone", "");
    return child;
}

Result<void> in_child(const std::function<Result<void>()>& work) {
    Result<void> outcome = Error{Kind::other, "a helper process was killed"};
    const auto child = TRY(vfork_process([&] { outcome = work(); }));
    (void)reap(child);
    return outcome;
}

}  // namespace os
