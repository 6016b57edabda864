// movewpar: a WPAR goes to another host, over ssh. There is one that may be started, whoever is killed and wherever the link
// is cut: docs/architecture.md, "Moves".
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "partition/mobility/move_facts.h"
#include "partition/observer.h"
#include "wire/remote.h"

namespace partition::mobility {

struct MoveCall {
    std::string name = {};
    wire::Destination to = {};
    bool stop = false;   // -s: an active one is stopped here and started there
    bool keep = false;   // -k: what is here stays, and cannot be started
    bool trust = false;  // --trust: rights beyond those of any WPAR
    Devices devices = {};
    std::optional<std::chrono::milliseconds> most_down = {};  // else it does not move
};
struct MovePhaseTime {
    std::string what = {};
    std::int64_t milliseconds = 0;
    std::uint64_t bytes = 0;  // that went over the link
};
struct Moved {
    std::vector<MoveFinding> findings = {};
    std::vector<MovePhaseTime> phases = {};
    std::string method = {};                // of what runs in it: "pre-copy", "stop-and-copy"
    std::optional<std::int64_t> predicted;  // milliseconds
    std::int64_t down = 0;                  // milliseconds in which it ran nowhere
    bool movable = false;
    bool moved = false;
};
/// With dry_run only what stands in the way.
Result<Moved> move(const MoveCall& call, const Manner& manner);

enum class Settle : std::uint8_t {
    ask,      // the other host
    confirm,  // the administrator knows that it is there
    abort     // the administrator knows that it is not
};
/// What a cut link or a killed command left undecided.
Result<void> settle_move(const std::string& name, Settle how, const Manner& manner);

}  // namespace partition::mobility
