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

namespace partition::mobility {

struct DumpCall {
    const spec::Definition& definition;
    pid_t init = 0;
    const cgroup::Group& group;
    const os::Dir& image;
    unsigned log_level = 2;
    /// Rounds of dump_memory() before it: what the last of them has and nobody wrote since is not stored again.
    unsigned rounds = 0;
    /// Called when all is stored and nothing runs yet.
    std::function<Result<void>()> at_end = {};
};
struct Stood {
    std::chrono::steady_clock::time_point since = {};
    std::chrono::milliseconds lasted = {};
};
/// When its processes stood still. They go on, unless they were frozen meanwhile. Adds to the record what a restart needs.
Result<Stood> dump(const DumpCall& call, checkpoint::Record& record);

struct MemoryDumpCall {
    pid_t init = 0;
    const os::Dir& image;
    unsigned number = 1;
};
/// Memory alone, while its processes run on but for a moment: all of it in round 1, what was written since the round before
/// in others. Takes a kernel that notes what is written (checkpoint::Criu::dirty_tracking). How many bytes were stored. After
/// an error the rounds so far are of no more use.
Result<std::uint64_t> dump_memory(const MemoryDumpCall& call);

/// CRIU's log of it, in the directory of the checkpoint.
inline constexpr std::string_view dump_log = "criu/dump.log";

}  // namespace partition::mobility
