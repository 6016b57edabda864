#include "launch/tiny_init.h"

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "launch/child.h"
#include "os/child.h"
#include "os/namespace.h"

namespace launch {
namespace {

void block_all() {
    ::signal(SIGCHLD, SIG_DFL);  // ignored, the kernel would reap without telling
    sigset_t all = {};
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
}

// What the caller ignores stays ignored (nohup); everything else starts afresh.
void unblock_all() {
    ::signal(SIGPIPE, SIG_DFL);
    sigset_t none = {};
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

class Watch {
  public:
    explicit Watch(pid_t command) : command_(command) {}

    /// The status, once no process is left.
    std::optional<int> reap() {
        for (;;) {
            int ended = 0;
            const pid_t pid = ::waitpid(-1, &ended, WNOHANG);
            if (pid == 0) return std::nullopt;
            if (pid < 0 && errno == ECHILD) return status_;
            if (pid == command_) {
                status_ = WIFEXITED(ended) ? WEXITSTATUS(ended) : 128 + WTERMSIG(ended);
                command_ = -1;  // from now on signals go to all who are left: kill(2)
            }
        }
    }
    // The terminal sends its signals to every process in the foreground, the command included:
    // those are not handed on.
    void hand_on(const siginfo_t& signal) const {
        if (signal.si_code <= 0)
            (void)::kill(command_, signal.si_signo);  // nobody left: reap() will see it
    }

  private:
    pid_t command_;
    int status_ = 0;
};

[[noreturn]] void execute(const Command& command, int& problem) {
    unblock_all();
    if (!command.directory.empty() && ::chdir(command.directory.c_str()) != 0)
        problem = errno;
    else {
        ::execve(command.words.front().c_str(), os::pointers(command.words).data(),
                 os::pointers(command.environment).data());
        problem = errno;
    }
    ::_exit(127);
}

}  // namespace

Result<pid_t> start_command(const Command& command) {
    block_all();
    int problem = 0;  // written by the child, which shares our memory until execve
    const auto pid = TRY(os::vfork_process([&] { execute(command, problem); }));
    if (problem == 0) return pid;
    (void)::waitpid(pid, nullptr, 0);  // ours, and dead
    const bool no_directory =
        !command.directory.empty() && ::access(command.directory.c_str(), X_OK) != 0;
    if (no_directory) return Error::os(problem, "chdir", command.directory);
    return cannot_execute(problem, command.words.front());
}

int watch_over(pid_t command) {
    Watch watch(command);
    sigset_t all = {};
    ::sigfillset(&all);
    for (;;) {
        if (const auto status = watch.reap()) return *status;
        siginfo_t signal = {};
        if (::sigwaitinfo(&all, &signal) < 0 || signal.si_signo == SIGCHLD) continue;
        watch.hand_on(signal);
    }
}

}  // namespace launch
