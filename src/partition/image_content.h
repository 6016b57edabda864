// A WPAR with a user land of its own, from an image.
#pragma once
#include "base/result.h"
#include "partition/observer.h"
#include "spec/definition.h"

namespace partition {

/// Whether the image is there and may be used, and cannot but fit. What it really takes shows while it is unpacked.
Result<void> check_image(const spec::Definition& definition);
Result<void> fill_from_image(spec::Definition& definition, const Observer& observer);

}  // namespace partition
