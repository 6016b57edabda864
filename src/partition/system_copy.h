// A WPAR as a full copy of the running global environment (mkwpar -t).
#pragma once
#include "base/result.h"
#include "partition/observer.h"
#include "spec/definition.h"

namespace partition {

/// Whether what would be copied fits.
Result<void> check_copy(const spec::Definition& definition);
Result<void> fill_with_copy(const spec::Definition& definition, const Observer& observer);

}  // namespace partition
