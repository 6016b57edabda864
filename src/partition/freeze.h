// corral freeze and corral thaw: an active WPAR to Frozen and back. Its processes stand still, nothing is stored.
#pragma once
#include <string>

#include "base/result.h"
#include "partition/observer.h"

namespace partition {

/// One that stands still already is fine. Kind::busy with 0960-254 when it is not active.
Result<void> freeze(const std::string& name, const Manner& manner);
/// One that runs is fine; one that is Paused is for resumewpar.
Result<void> let_go_on(const std::string& name, const Manner& manner);

}  // namespace partition
