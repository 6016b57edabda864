// The end of a move on the host that the WPAR leaves: what the other one says about whose it is, and what follows from it.
#pragma once
#include <string>

#include "base/result.h"
#include "partition/mobility/move.h"
#include "partition/observer.h"
#include "registry/moves.h"
#include "spec/definition.h"

namespace partition::mobility {

/// Kind::busy with all that stops it, a line for each.
Result<void> must_be_movable(const Moved& moved, const std::string& host);
/// Of one that the other host was asked to take: asks it, more than once. True: it has not got it and never will; the
/// record says so. The error tells how to find out later.
Result<bool> is_ours_again(const std::string& name, const Observer& observer);
/// One that ran here, and that the other host has taken: it is started there unless it is already.
Result<void> start_there(const std::string& name, const Observer& observer);
/// What it notes of the move it need not keep: nothing here asks for it again. A warning if it cannot be told.
void tell_settled(const std::string& name, const registry::MoveRecord& record,
                  const Observer& observer);
/// Takes away what is left here of one that is the other host's.
Result<void> remove_gone(const spec::Definition& definition, const Observer& observer);

}  // namespace partition::mobility
