// The cgroup that a WPAR is loaded into, with its limits in force, and the scope around it where systemd is PID 1.
#pragma once
#include <optional>

#include "base/result.h"
#include "cgroup/group.h"
#include "partition/observer.h"
#include "spec/definition.h"
#include "systemd/scope.h"

namespace partition {

struct Grouped {
    cgroup::Group group;
    /// Keep it until the WPAR's own processes are in the group: an empty scope is gone.
    std::optional<systemd::Scope> scope = {};
};
Result<Grouped> make_group(const spec::Definition& definition, const Observer& observer);

/// Who holds the WPAR leaves the group of the session it was started from.
Result<void> join_keeper(const std::string& name);

/// The group of a loaded WPAR. Errors: missing, when it has none; unavailable, when this machine has no cgroups for us.
Result<cgroup::Group> open_group(const std::string& name);

/// For cgroup::rebalance and Group::apply.
cgroup::AskOwner systemd_owner();

}  // namespace partition
