// Whether what fills a WPAR's root fits into the file systems it lands in.
#pragma once
#include "base/result.h"
#include "filesystem/checks.h"
#include "spec/definition.h"

namespace partition {

/// Of a root that comes whole: all of it against the file systems of its own together, or the base directory's. What lies
/// where only shows when it is there.
Result<void> check_fits(const spec::Definition& definition, const filesystem::Space& need);

}  // namespace partition
