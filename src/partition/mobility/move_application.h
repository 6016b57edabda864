// What is different when an application WPAR moves: its files are the global environment's, and somebody waits for its end.
#pragma once
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "partition/mobility/move.h"
#include "partition/observer.h"
#include "spec/definition.h"
#include "wire/stream.h"

namespace partition::mobility {

/// The WPAR, if it is one that moves and this is a way in which it does; else why not, and what to do.
Result<spec::Definition> load_to_move(const MoveCall& call);

/// What the other host would have to have for this one, and has not.
Result<std::vector<MoveFinding>> judge_used_files(wire::Stream& stream,
                                                  const spec::Definition& definition,
                                                  const Observer& observer);
/// The other side of it, after "used" came.
Result<void> answer_used(wire::Stream& stream, const wire::Message& asked);

/// The wparexec, restartwpar or holder that waits for an application's end; nothing of a system WPAR.
UniqueFd waiting_for(const spec::Definition& definition);
/// Until it has ended, having found out why, or for a moment.
void let_end(const UniqueFd& waiting);

}  // namespace partition::mobility
