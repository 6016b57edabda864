// A definition as launch wants it.
#pragma once
#include "base/result.h"
#include "launch/launch.h"
#include "spec/definition.h"

namespace partition {

/// Everything but the cgroup.
Result<launch::Plan> start_plan(const spec::Definition& definition);
/// Its file systems: what launch mounts inside, parents first.
Result<std::vector<launch::Mount>> launch_mounts(const spec::Definition& definition);
/// Limits of each of its processes, and the parameters of its IPC namespace; with `all` also those that are the global
/// environment's, for a WPAR that had others.
Result<std::vector<os::Limit>> process_limits(const spec::Resources& resources);
Result<std::vector<std::pair<std::string, std::string>>> ipc_parameters(
    const spec::Resources& resources, bool all);
/// The privileges in force: the definition's, else /etc/wpars/secattrs', else the built-in ones.
Result<std::vector<std::string>> privileges_of(const spec::Security& wanted);

}  // namespace partition
