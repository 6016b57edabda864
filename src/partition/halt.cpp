#include "partition/halt.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>

#include "os/child.h"
#include "os/namespace.h"
#include "os/real_path.h"
#include "partition/group.h"
#include "partition/login.h"
#include "registry/state.h"

namespace partition {
namespace {

// Only a word to compare with: the file behind it belongs to the WPAR.
std::string program_of(pid_t pid) {
    const auto path = os::read_link(cat("/proc/", pid, "/exe"));
    return path ? path->substr(path->rfind('/') + 1) : std::string();
}

constexpr auto asking_patience = std::chrono::seconds(10);  // sysvinit is asked in milliseconds
constexpr int cannot_log_in = 127;

int log_in_to_run(const std::string& name, const char* command) {
    (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const auto status = log_in({.name = name, .command = command, .terminal = false});
    return status ? *status : cannot_log_in;
}

// In a process of its own: the program belongs to the WPAR, and need not end.
Result<void> run_inside(const std::string& name, const char* command) {
    const auto child = TRY(os::clone_process({}));
    if (child.pid == 0) ::_exit(log_in_to_run(name, command));
    const auto ended = os::wait_end(child.pidfd.get(), asking_patience);
    if (!ended || !*ended) TRY(os::signal(child.pidfd.get(), SIGKILL));
    const int status = os::reap(child.pid);
    if (!ended) return ended.error();
    if (!*ended || status == 0) return {};  // asked in vain shows when nothing halts
    return Error{Kind::other,
                 cat("'", command, "' inside ended with status ", os::exit_status(status))};
}

}  // namespace

Result<RunningInit> running_init(const std::string& name) {
    const auto id = registry::recorded_init(name);
    if (!id) return Error{Kind::missing, cat("workload partition ", name, " has no init running")};
    return RunningInit{*id, TRY(os::pidfd(*id))};
}

bool speaks_readiness(pid_t init) { return program_of(init) == "systemd"; }

Result<void> ask_to_halt(const std::string& name, const RunningInit& init) {
    const auto program = program_of(init.id.pid);
    if (program == "systemd")
        return os::signal(init.pidfd.get(), SIGRTMIN + 4);  // systemd(1): poweroff.target
    if (program == "busybox")
        return os::signal(init.pidfd.get(), SIGUSR2);  // busybox init: poweroff
    if (program != "init") return os::signal(init.pidfd.get(), SIGTERM);
    return run_inside(name, "/sbin/init 0");
}

// systemd(1): poweroff without its units. SIGTERM would only make it execute itself anew.
Result<void> ask_to_halt_at_once(const std::string& name, const RunningInit& init) {
    if (program_of(init.id.pid) == "systemd") return os::signal(init.pidfd.get(), SIGRTMIN + 14);
    return ask_to_halt(name, init);
}

Result<void> ask_all_to_end(const std::string& name, const RunningInit& init) {
    const auto group = TRY(open_group(name));
    for (const auto pid : TRY(group.processes())) {
        if (pid == init.id.pid) continue;
        const auto process = os::pidfd(pid);
        if (process) TRY(os::signal(process->get(), SIGTERM));
    }
    return {};
}

}  // namespace partition
