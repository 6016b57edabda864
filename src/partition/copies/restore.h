// restwpar: a WPAR from a backup, whole or not at all. One that is there already (-F) stays until the new one is complete.
#pragma once
#include <string>

#include "base/result.h"
#include "partition/copies/restore_plan.h"
#include "partition/observer.h"

namespace partition::copies {

/// Its name, which -a may have made another.
Result<std::string> restore(const RestoreCall& call, const Manner& manner);

}  // namespace partition::copies
