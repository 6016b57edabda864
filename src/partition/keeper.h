// From a loaded plan to a WPAR that its keeper holds.
#pragma once
#include <functional>
#include <string>

#include "base/result.h"
#include "cgroup/group.h"
#include "launch/launch.h"
#include "os/process.h"
#include "spec/definition.h"

namespace partition {

struct Held {
    os::ProcessId init = {};
    pid_t keeper = 0;
    UniqueFd pidfd = UniqueFd();      // init's
    UniqueFd readiness = UniqueFd();  // where its init says that it is ready (sd_notify)
};
struct Holding {
    const spec::Definition& definition;
    const launch::Plan& plan;
    const cgroup::Group& group;
    bool replaces =
        false;  // the keeper of one without an init, which ends when this one is in its group
    /// How init comes to be our child; launch::start without it.
    std::function<Result<launch::Started>(const launch::Hooks&)> begin = {};
    /// Before anything of its network is made.
    std::function<Result<void>(int network)> before_network = {};
};
/// A child of ours makes init as its own child and then becomes the keeper program.
Result<Held> start_held(const Holding& holding);

/// A keeper without an init (startwpar -m and -1).
Result<void> hold_without_init(const std::string& name);
/// A new keeper for a WPAR whose keeper was killed.
Result<void> adopt(const std::string& name);

/// The files a running WPAR has in /run/wpars/NAME, taken by the caller: `keeper` locked on its first byte.
struct RunFiles {
    UniqueFd lock = UniqueFd();
    UniqueFd run = UniqueFd();
};
Result<RunFiles> take_run_files(const std::string& name);
/// Writes init's record and locks the second byte: from here on lswpar says Active.
Result<void> record_init(const std::string& name, const RunFiles& files, const os::ProcessId& init);

}  // namespace partition
