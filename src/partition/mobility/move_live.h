// The part of a live move that is about what runs: its weight, rounds of its memory while it runs on, and the rest when it
// stands still.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "partition/mobility/dump.h"
#include "partition/mobility/move_rounds.h"
#include "partition/mobility/move_state.h"
#include "partition/observer.h"
#include "spec/definition.h"
#include "wire/stream.h"

namespace partition::mobility {

/// What is to be stored and built again.
struct LiveWeight {
    std::size_t processes = 0;
    std::uint64_t bytes = 0;  // of memory that is nowhere else
};
Result<LiveWeight> live_weight(const std::string& name);

enum class MoveMethod : std::uint8_t {
    stop_and_copy,  // all memory follows when it stands still
    pre_copy        // most of it goes while it runs
};
std::string_view word(MoveMethod method);

struct LiveWish {
    LiveWeight weight = {};
    bool tracks = false;  // the kernel notes which pages are written
    std::optional<std::chrono::milliseconds> most_down = {};
};
struct LivePlan {
    MoveMethod method = MoveMethod::stop_and_copy;
    std::chrono::milliseconds down = {};  // predicted; of pre-copy, what it is at least
    bool fits = true;
    std::string why_not = {};
};
/// Pure: how, and how long it would be down.
LivePlan plan_live(const LiveWish& wish, const MovePace& pace);

/// Its state in a directory of ours here, and on its way to the other host.
class LiveState {
  public:
    LiveState(const spec::Definition& definition, std::string directory, std::uint64_t bytes,
              wire::Stream& stream)
        : definition_(definition),
          directory_(directory),
          sender_(stream, std::move(directory), bytes) {}
    Result<void> prepare();
    /// While it runs on. `told` hears of each round. The decision says how it ended.
    Result<MoveDecision> send_rounds(MovePace& pace,
                                     std::optional<std::chrono::milliseconds> most_down,
                                     const Observer& observer,
                                     const std::function<Result<void>(const MoveRound&)>& told);
    /// It is Paused afterwards.
    Result<Stood> store();
    Result<std::uint64_t> send(const Observer& observer) { return sender_.send(observer); }

  private:
    Result<bool> send_round(MovePace& pace, const Observer& observer);
    const spec::Definition& definition_;
    std::string directory_;
    StateSender sender_;
    std::vector<MoveRound> rounds_ = {};
};

}  // namespace partition::mobility
