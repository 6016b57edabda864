// Streams of an application at its checkpoint: which pipes lead outside, and what is on its way in them.
#pragma once
#include <sys/types.h>

#include "base/result.h"
#include "checkpoint/image.h"
#include "os/dir.h"

namespace partition::mobility {

/// Of its first process, which stands still, into `kept`. What it has said is delivered by whoever holds it, unless it runs
/// on: then it will say it again.
Result<void> keep_streams(pid_t init, const os::Dir& kept, checkpoint::Record& record);
/// What was kept; empty when nothing was.
Result<std::string> kept_stream(const os::Dir& image, const checkpoint::Stream& stream);

}  // namespace partition::mobility
