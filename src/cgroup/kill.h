// Killing a group where the kernel cannot do it at once. For this folder only.
#pragma once
#include "base/result.h"
#include "os/dir.h"

namespace cgroup {

/// Before Linux 5.14 there is no cgroup.kill: stopped processes cannot fork while they are killed one by one.
Result<void> kill_one_by_one(const os::Dir& group);

}  // namespace cgroup
