// What a boot runs: every WPAR with auto=yes, started in parallel.
#pragma once
#include "base/result.h"
#include "partition/observer.h"

namespace partition {

/// An error when one of them did not start; the others are started all the same.
Result<void> autostart(const Manner& manner);

}  // namespace partition
