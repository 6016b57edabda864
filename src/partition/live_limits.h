// Those resource controls of a running WPAR that no cgroup holds: limits of each process, IPC parameters, terminals.
#pragma once
#include "base/result.h"
#include "partition/halt.h"
#include "spec/definition.h"

namespace partition {

/// Processes that run, sessions to come, and what they start. Nothing happens where the two do not differ.
Result<void> apply_limits_inside(const RunningInit& init, const spec::Definition& before,
                                 const spec::Definition& after);

}  // namespace partition
