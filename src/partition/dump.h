// CRIU's part of a checkpoint: one WPAR's processes, with what it does not keep of them.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>

#include "base/result.h"
#include "cgroup/group.h"
#include "checkpoint/image.h"
#include "spec/definition.h"

namespace partition {

struct DumpCall {
    const spec::Definition& definition;
    pid_t init = 0;
    const cgroup::Group& group;
    const os::Dir& image;
    unsigned log_level = 2;
    /// Called when all is stored and nothing runs yet.
    std::function<Result<void>()> at_end = {};
};
/// How long its processes stood still. They go on, unless they were frozen meanwhile. Adds to the record what a restart needs.
Result<std::chrono::milliseconds> dump(const DumpCall& call, checkpoint::Record& record);

/// CRIU's log of it, in the directory of the checkpoint.
inline constexpr std::string_view dump_log = "criu/dump.log";

}  // namespace partition
