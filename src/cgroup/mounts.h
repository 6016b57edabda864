// The cgroup file systems of a mount table.
#pragma once
#include <array>
#include <string>
#include <string_view>

#include "cgroup/plan.h"

namespace cgroup {

struct Mounts {
    std::string v2 = {};
    std::array<std::string, controllers.size()> v1 = {};
    std::string& at(Controller controller) { return v1[static_cast<std::size_t>(controller)]; }
};

/// From the text of /proc/PID/mountinfo (proc_pid_mountinfo(5)). Of several mounts of one hierarchy
/// the one below /sys/fs/cgroup counts, else the first; lines that make no sense are passed over.
Mounts parse_mounts(std::string_view mountinfo);

}  // namespace cgroup
