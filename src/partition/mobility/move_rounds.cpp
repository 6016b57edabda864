#include "partition/mobility/move_rounds.h"

#include <algorithm>
#include <numeric>

namespace partition::mobility {
namespace {

using std::chrono::milliseconds;

// Nothing is gained by a round that saves less than this.
constexpr std::uint64_t small_rest = std::uint64_t{1} << 20;
constexpr auto short_rest = milliseconds(20);
// Of a round that leaves more than four fifths of itself, the next one will as well.
constexpr std::uint64_t shrinks_to = 4;
constexpr std::uint64_t shrinks_from = 5;
// Together they may be that many times the first one.
constexpr std::uint64_t most_copies = 4;

// What will have been written since the last round began: as fast as it was before, but never more than all there is.
std::uint64_t rest_after(std::span<const MoveRound> rounds) {
    const auto& last = rounds.back();
    if (rounds.size() < 2) return last.bytes;
    const auto before = static_cast<std::uint64_t>(
        std::max<milliseconds::rep>(1, rounds[rounds.size() - 2].lasted.count()));
    const auto lasted = static_cast<std::uint64_t>(last.lasted.count());
    return std::min(rounds.front().bytes, last.bytes * lasted / before);
}

bool is_bounded(std::span<const MoveRound> rounds, std::uint64_t rest) {
    if (rounds.size() < 2) return false;
    if (rounds.size() >= most_rounds) return true;
    const auto all = std::accumulate(
        rounds.begin(), rounds.end(), std::uint64_t{0},
        [](std::uint64_t sum, const MoveRound& round) { return sum + round.bytes; });
    return rest * shrinks_from > rounds.back().bytes * shrinks_to ||
           all > rounds.front().bytes * most_copies;
}

}  // namespace

milliseconds time_on_link(std::uint64_t bytes, const MovePace& pace) {
    return milliseconds(bytes * 1000 / std::max<std::uint64_t>(1, pace.bytes_per_second));
}

milliseconds predicted_down(std::uint64_t rest, const MovePace& pace) {
    return pace.fixed + time_on_link(rest, pace);
}

// Seen on a machine whose CRIU looks at the kernel in 50 ms: 100 ms for one process, 5 for each further one, and 600 kB of
// memory in a millisecond, out of the processes and into others.
milliseconds time_of(const FixedPart& part) {
    constexpr std::uint64_t usual_check = 50;
    constexpr std::uint64_t base = 100;
    constexpr std::uint64_t for_each = 5;
    constexpr std::uint64_t bytes_in_a_millisecond = 600'000;
    const auto there = base + for_each * part.processes + part.bytes / bytes_in_a_millisecond;
    const auto check = std::max<std::uint64_t>(10, static_cast<std::uint64_t>(part.check.count()));
    return milliseconds(there * check / usual_check) + part.files;
}

MoveDecision next_step(std::span<const MoveRound> rounds, const MovePace& pace,
                       std::optional<milliseconds> most_down) {
    if (rounds.empty()) return {.step = MoveStep::round};
    MoveDecision decision{.rest = rest_after(rounds)};
    decision.down = predicted_down(decision.rest, pace);
    decision.bounded = is_bounded(rounds, decision.rest);
    const bool small =
        decision.rest <= small_rest || time_on_link(decision.rest, pace) <= short_rest;
    if (most_down ? decision.down <= *most_down : small) return decision;
    // with nothing left to gain, only the fixed part is too long
    const bool done = decision.bounded || small;
    if (!done) decision.step = MoveStep::round;
    if (done && most_down) decision.step = MoveStep::give_up;
    return decision;
}

}  // namespace partition::mobility
