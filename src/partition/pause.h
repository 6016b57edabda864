// P: a checkpoint is stored, and the WPAR waits for resumewpar or killwpar. Nothing in it runs, and no packet reaches it or
// leaves it: what TCP acknowledged now would be in no image. It has been Paused when the record is there, which comes last.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace partition {

/// The operation that may show a WPAR as Frozen while it holds its lock.
inline constexpr std::string_view checkpoint_verb = "checkpoint";

/// What /run/wpars/NAME/paused says.
struct Paused {
    std::string image = {};  // directory of the checkpoint
    std::int64_t time = 0;   // epoch seconds
    pid_t pid = 0;           // who did it
};
std::optional<Paused> pause_record(const std::string& name);
/// The record, and that it does stand still.
bool is_paused(const std::string& name);
/// Whether what was stored of it is still there, so that it may end without a word.
bool is_stored(const std::string& name);

// For operations that hold the lock. Before pause() and go_on() the caller's journal says reverse::resume(name).
struct PauseCall {
    std::string name = {};
    std::string image = {};
};
/// Active or Frozen to Paused. Kind::busy when not all its processes stand still in time. True when its connections are
/// kept; false for one on the global network, whose packets nobody can hold.
Result<bool> pause(const PauseCall& call);
/// Paused or Frozen to Active, whatever of it is done already. Kind::busy while another host may have it (movewpar).
Result<void> go_on(const std::string& name);
/// Before its processes are killed: connections stay open at their other ends, for who is restarted from the image.
Result<void> lose_network(const std::string& name);

}  // namespace partition
