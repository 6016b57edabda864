// What a shutdown of the global environment runs: every active WPAR stopped in order, in parallel, within a time limit.
#pragma once
#include <chrono>
#include <string>

#include "base/result.h"
#include "partition/observer.h"

namespace partition {

struct StopAllCall {
    std::chrono::seconds patience = std::chrono::seconds(60);
};
enum class StoppedAll : std::uint8_t {
    in_order,
    by_force  // some had to be killed
};
/// Those that have not halted when the patience ends are killed; that may take another 20 seconds, never more, whoever
/// holds their locks and wherever their processes hang. An error when one could not be stopped even so.
Result<StoppedAll> autostop(const StopAllCall& call, const Manner& manner);

/// One of them, asked for by systemd or by a signal to its keeper: waits for whoever works on it, and as long as its
/// services need.
Result<void> stop_in_order(const std::string& name);

}  // namespace partition
