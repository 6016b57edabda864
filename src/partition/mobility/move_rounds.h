// How memory goes to another host while the WPAR runs on: when another round is worth its while, when it is time to stop, and
// how long it will be down then. Figures in, decision out.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace partition::mobility {

/// One round: all memory in the first, afterwards what was written since the round before began.
struct MoveRound {
    std::uint64_t bytes = 0;
    std::chrono::milliseconds lasted = {};  // from its beginning until the other host had it
};

/// What is known of the way to the other host, and of what it costs to stand still at all.
struct MovePace {
    std::uint64_t bytes_per_second = 0;
    /// Storing and building processes again, and what changed in files: whatever memory there is.
    std::chrono::milliseconds fixed = {};
};
/// That long for so many bytes.
std::chrono::milliseconds time_on_link(std::uint64_t bytes, const MovePace& pace);
/// Down for the fixed part and for what is left.
std::chrono::milliseconds predicted_down(std::uint64_t rest, const MovePace& pace);

struct FixedPart {
    std::size_t processes = 0;
    std::uint64_t bytes = 0;               // of memory
    std::chrono::milliseconds files = {};  // to find and send what last changed in them
    std::chrono::milliseconds check =
        {};  // CRIU's look at the kernel: so fast is this machine just now
};
/// An estimate.
std::chrono::milliseconds time_of(const FixedPart& part);

enum class MoveStep : std::uint8_t {
    round,   // once more while it runs
    stop,    // it stands still now, and the rest follows
    give_up  // it would be down for too long: it runs on here
};
struct MoveDecision {
    MoveStep step = MoveStep::stop;
    std::uint64_t rest = 0;  // bytes that will be left
    std::chrono::milliseconds down = {};
    bool bounded = false;  // no further round makes the rest smaller
};
/// After these rounds. `most_down`: it may be down for that long.
MoveDecision next_step(std::span<const MoveRound> rounds, const MovePace& pace,
                       std::optional<std::chrono::milliseconds> most_down);

inline constexpr std::size_t most_rounds = 8;

}  // namespace partition::mobility
