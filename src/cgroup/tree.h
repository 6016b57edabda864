// A group and the groups below it, one hierarchy at a time. For this folder only.
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "os/dir.h"

namespace cgroup {

/// Names of the groups directly below.
Result<std::vector<std::string>> subgroups(const os::Dir& group);
/// Processes of the group and all below, ascending, each once.
Result<std::vector<pid_t>> processes_of(const os::Dir& group);
/// Threads of the group and all below.
Result<std::uint64_t> count_threads(const os::Dir& group);
/// Removes a group with all below it, once; missing is fine. Kind::busy when a process is in one of
/// them.
Result<void> remove_groups(const std::string& path);
/// The error that names the processes still in there.
Error busy_with(const std::string& path);

}  // namespace cgroup
