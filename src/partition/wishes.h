// A definition in the words of the mechanisms.
#pragma once
#include "base/result.h"
#include "cgroup/group.h"
#include "cgroup/limits.h"
#include "network/network.h"
#include "spec/definition.h"

namespace partition {

/// Where the network mechanism keeps its records.
network::Site network_site();
Result<network::Wish> network_wish(const spec::Definition& definition);
/// Missing interface, mask and broadcast of each address from the global interfaces; Kind::missing lists those.
Result<void> complete_networks(spec::Definition& definition);

Result<cgroup::Limits> limits(const spec::Resources& resources);
bool limits_anything(const spec::Resources& resources);
/// All WPARs that are active now.
Result<std::vector<cgroup::Member>> active_members();
/// Shares count among active WPARs: after one started or ended.
Result<void> rebalance_active();
cgroup::Neighbours neighbours_of(const std::string& name,
                                 const std::vector<cgroup::Member>& members);

}  // namespace partition
