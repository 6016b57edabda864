// What the kernel counts when a WPAR meets its limits of memory, and being woken when it kills for them.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "cgroup/hierarchy.h"

namespace cgroup {

/// Since the start of the WPAR. Nothing where the kernel does not count it: a v1 controller knows `max` and `oom_kill`
/// alone.
struct MemoryEvents {
    std::optional<std::uint64_t> low = {};       // reclaimed although below its share
    std::optional<std::uint64_t> high = {};      // slowed down at the soft maximum
    std::optional<std::uint64_t> max = {};       // reclaimed at the hard maximum
    std::optional<std::uint64_t> oom = {};       // found nothing more to reclaim there
    std::optional<std::uint64_t> oom_kill = {};  // processes killed, by whatever limit
    bool operator==(const MemoryEvents&) const = default;
};
/// Kind::missing where the WPAR's memory is not accounted.
Result<MemoryEvents> memory_events(const Hierarchy& hierarchy, const std::string& name);

/// For session/oom_watch.h.
struct MemoryWatch {
    UniqueFd counter =
        UniqueFd();               // a file with a line "oom_kill N"; in v2 poll() tells of changes
    UniqueFd event = UniqueFd();  // in v1 this eventfd does
};
/// Kind::missing where the WPAR's memory is not accounted.
Result<MemoryWatch> watch_memory(const Hierarchy& hierarchy, const std::string& name);

/// Has the WPAR's memory accounted without any limit, where that costs little: v2. Elsewhere, and where the controller is
/// missing, nothing happens.
Result<void> account_memory(const Hierarchy& hierarchy, const std::string& name);

}  // namespace cgroup
