// Reading the kernel's log for those of a WPAR that were killed for want of memory.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cgroup/hierarchy.h"
#include "cgroup/oom_log.h"

namespace cgroup {

/// How the kernel's log names the group in which the WPAR's memory is accounted.
Result<LoggedGroup> logged_group(const Hierarchy& hierarchy, const std::string& name);

struct OomRecords {
    std::vector<OomVictim> victims = {};  // oldest first
    std::uint64_t sequence = 0;           // of the last record there is
};
/// What the log (/dev/kmsg) holds behind the record `after`. Waits up to `patience` for the rest of a kill that is just
/// being written. A log that was overrun meanwhile tells what is left of it. Kind::denied or missing: no log to read.
struct OomQuery {
    LoggedGroup group = {};
    std::uint64_t after = 0;
    std::chrono::milliseconds patience = std::chrono::milliseconds(200);
};
Result<OomRecords> read_victims(const OomQuery& query);

}  // namespace cgroup
