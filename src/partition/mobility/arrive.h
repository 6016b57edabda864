// The other end of movewpar: what `corral --receive` does on the host that a WPAR comes to. It believes the link no more
// than restwpar believes a backup: files are read by the confined program, the definition is judged as a stranger's.
#pragma once
#include "base/result.h"
#include "wire/stream.h"

namespace partition::mobility {

/// Answers until the link is closed. What was begun and not committed then is taken back.
Result<void> serve_moves(wire::Stream& stream);

}  // namespace partition::mobility
