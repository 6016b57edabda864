// rebootwpar, stopwpar -r: a stop and a start under one lock.
#pragma once
#include "partition/stop.h"

namespace partition {

/// Application WPARs are refused.
Result<void> reboot(const StopCall& call, const Manner& manner);

}  // namespace partition
