// Periodic timers (timerfd) that had run out when they were stored and were not read yet: as good as each that ticks
// often, since it runs out while a checkpoint is made. CRIU builds them again with their ticks, but never to tick again.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace checkpoint {

/// As /proc/PID/fdinfo tells it.
struct Timer {
    int clock = 0;
    std::uint64_t ticks = 0;
    int flags = 0;
    bool running = false;
    std::uint64_t interval_ns = 0;
    bool was_stopped_by_criu() const { return ticks != 0 && !running && interval_ns != 0; }
};
std::optional<Timer> parse_timer(std::string_view fdinfo);

/// Of built processes that do not run yet: such timers run again, and keep their ticks.
Result<void> wind_timers(const std::vector<pid_t>& processes);

}  // namespace checkpoint
