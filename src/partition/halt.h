// Asking a WPAR's init to shut its system down.
#pragma once
#include <string>

#include "base/result.h"
#include "os/process.h"

namespace partition {

struct RunningInit {
    os::ProcessId id = {};
    UniqueFd pidfd;
};
/// Kind::missing when it has ended.
Result<RunningInit> running_init(const std::string& name);

/// Whether its init reports when its system is up (systemd).
bool speaks_readiness(pid_t init);

/// Each init has its own way: a signal for systemd and busybox, `init 0` inside for sysvinit.
Result<void> ask_to_halt(const std::string& name, const RunningInit& init);
/// The same without waiting for its services (stopwpar -h).
Result<void> ask_to_halt_at_once(const std::string& name, const RunningInit& init);
/// SIGTERM to everything but init.
Result<void> ask_all_to_end(const std::string& name, const RunningInit& init);

}  // namespace partition
