// A WPAR's state, derived from what the kernel says.
#pragma once
#include <optional>
#include <string>

#include "os/process.h"
#include "registry/lock.h"

namespace registry {

/// The letters of lswpar.
enum class State : char {
    defined = 'D',
    active = 'A',
    loaded = 'L',
    frozen = 'F',
    paused = 'P',
    transitional = 'T',
    broken = 'B',
    moving = 'M'
};

struct Status {
    State state = State::defined;
    std::string reason = {};                  // of B
    std::optional<Operation> operation = {};  // in progress: T
    std::string image = {};                   // of P: where its state is stored
};
/// Whether an Active one stands still only its cgroup knows: partition/state.h adds F and P.
Status status_of(const std::string& name);
/// "Defined", "Active", ...
std::string_view word(State state);

/// What holds a WPAR right now, whatever operation is under way.
struct Alive {
    bool keeper = false;
    bool init = false;
    bool any() const { return keeper || init; }
};
Alive alive(const std::string& name);

/// Bytes of /run/wpars/NAME/keeper that are locked while ...
inline constexpr off_t keeper_byte = 0;  // ... the keeper lives
inline constexpr off_t init_byte = 1;    // ... it holds a running init

/// Init as it was recorded when it began; nothing when there is no record.
std::optional<os::ProcessId> recorded_init(const std::string& name);

}  // namespace registry
