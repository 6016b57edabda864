// An application WPAR as long as it runs: wparexec and restartwpar hold it, and end with it.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "cgroup/group.h"
#include "launch/launch.h"
#include "partition/mobility/series.h"
#include "partition/observer.h"
#include "registry/lock.h"
#include "session/pipes.h"
#include "spec/definition.h"

namespace partition::mobility {

struct Application {
    const spec::Definition& definition;
    std::string verb = "Starting";
    session::Pipes streams = {};
    /// How its first process comes to be our child; launch::start without it.
    std::function<Result<launch::Started>(const launch::Plan&, const cgroup::Group&,
                                          const launch::Hooks&)>
        begin = {};
    /// Before anything of its network is made.
    std::function<Result<void>(int network)> before_network = {};
    /// When it is there, and all of it is journaled still.
    std::function<Result<void>()> begun = {};
    /// Afterwards, with the lock: nothing of it is taken back any more.
    std::function<void()> held = {};
    std::optional<Series> series = {};  // checkpoints every so often
};
/// With an address of its own: a number for its interfaces, chosen anew for each run.
Result<void> reserve_key(spec::Definition& definition, registry::AdminLock& lock);

/// The exit status of its command, once every process has ended. The lock is held until it runs.
Result<int> run_application(Application& application, std::optional<registry::AdminLock> lock,
                            const Observer& observer);

}  // namespace partition::mobility
