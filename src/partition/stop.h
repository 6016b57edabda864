// stopwpar: an active WPAR to Defined; an application WPAR to gone.
#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "base/result.h"
#include "partition/observer.h"
#include "spec/definition.h"

namespace partition {

enum class StopKind : std::uint8_t {
    orderly,  // its init shuts down
    hard,     // -h: all processes are asked to end, then killed
    forced    // -F: killed at once
};

struct StopCall {
    std::string name = {};
    StopKind kind = StopKind::orderly;
    std::optional<std::chrono::seconds> patience =
        std::chrono::seconds(600);                                       // nothing: -N, no end
    std::chrono::milliseconds lock_patience = std::chrono::seconds(10);  // for who is at work on it
};
/// Kind::busy with 0960-254 when it is not active, or when it did not halt in time (it goes on, shutting down).
Result<void> stop(const StopCall& call, const Manner& manner);
/// For operations that hold the lock already.
Result<void> stop_locked(const spec::Definition& definition, const StopCall& call,
                         const Observer& observer);
Error not_active(const std::string& name);

/// The last part, in which nobody is asked any more: what still runs is killed, all that holds the WPAR goes.
struct Ending {
    std::string command = "stopwpar";
    bool forced = false;
};
Result<void> end_locked(const spec::Definition& definition, const Ending& how,
                        const Observer& observer);

/// What the keeper runs when init has ended by itself: cleans up, and starts again after a reboot.
struct EndedCall {
    std::string name = {};
    bool reboot = false;
};
Result<void> ended(const EndedCall& call, const Observer& observer);

}  // namespace partition
