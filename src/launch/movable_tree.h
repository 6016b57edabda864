// The tree of an application WPAR that is to be checkpointed. It is the global environment's, but not a copy of its mount
// namespace: nothing in it lies below another mount, propagates, or comes from a place that a later day may not have. So
// every mount can be given back when it is built again.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "launch/launch.h"
#include "os/mount_table.h"

namespace launch {

/// Of the global environment's mounts those that such a tree has, by their points, outer ones first. The root, /dev, /proc
/// and /sys are made apart; what comes and goes with sessions, containers and automounters is left out.
std::vector<std::string> shared_mounts(const std::vector<os::MountEntry>& table,
                                       const std::vector<std::string>& left_out);

/// In a mount namespace of the caller's own, of which it becomes the root. All but /dev, /proc and /sys is there then.
Result<void> enter_movable_tree(const Plan& plan);

/// A copy of what is mounted in the global environment at that place, as such a tree has it.
Result<UniqueFd> clone_shared_mount(const std::string& point);

}  // namespace launch
