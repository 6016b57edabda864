// What the children of a system and an application WPAR have in common between clone and execve.
#pragma once
#include <string>

#include "base/result.h"
#include "launch/handshake.h"

namespace launch {

/// The channel moves to descriptor 3, everything above it is closed: nothing of the caller's can
/// leak inside.
Result<Channel> keep_only(Channel channel);
/// cgroup2 on /sys/fs/cgroup, in a cgroup namespace of its own whose root is the group the process
/// is in by now.
struct CgroupView {
    bool read_only = false;
};
Result<void> enter_cgroup_namespace(const CgroupView& view);
/// Why a program cannot be executed, in words.
Error cannot_execute(int number, const std::string& program);

}  // namespace launch
