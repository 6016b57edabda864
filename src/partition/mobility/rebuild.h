// A WPAR's processes built again from a checkpoint, in the place of launch::start.
#pragma once
#include <string>

#include "base/result.h"
#include "cgroup/group.h"
#include "checkpoint/criu.h"
#include "checkpoint/image.h"
#include "launch/launch.h"

namespace partition::mobility {

struct RebuildCall {
    const launch::Plan& plan;
    const cgroup::Group& group;
    const checkpoint::Record& record;
    const os::Dir& image;
    unsigned log_level = 2;
    bool connections = true;  // else established TCP connections come back closed
    bool frozen = false;      // none of its processes runs yet
    std::vector<checkpoint::Inherited> inherited = {};  // application: its streams
};
/// The first process is our child. After an error nothing of them is left.
Result<launch::Started> rebuild(const RebuildCall& call, const launch::Hooks& hooks);

/// CRIU's log of it, in /run/wpars/NAME.
inline constexpr auto restart_log = "restart.log";

}  // namespace partition::mobility
