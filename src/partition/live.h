// A changed definition's effect on a running WPAR.
#pragma once
#include "base/result.h"
#include "spec/definition.h"

namespace partition {

/// Host name, network and limits.
Result<void> apply_live(const spec::Definition& before, const spec::Definition& after);

}  // namespace partition
