// mkwpar -p: what rmwpar -p left is taken over as it is.
#pragma once
#include "base/result.h"
#include "spec/definition.h"

namespace partition {

/// Whether every file system of the definition was kept, is of the kind and size that it says, and is nobody else's; and
/// whether none was kept that it does not name.
Result<void> check_kept(const spec::Definition& definition);

}  // namespace partition
