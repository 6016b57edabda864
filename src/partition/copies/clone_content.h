// Taking what the original holds, and making it the clone's own.
#pragma once
#include <chrono>
#include <string>

#include "base/result.h"
#include "partition/copies/clone_plan.h"
#include "partition/observer.h"
#include "registry/journal.h"

namespace partition::copies {

/// Base directory and file systems of the clone, filled as the original's are and mounted. An original that runs stands
/// still for as long as its files are read: how long that was, else zero.
Result<std::chrono::milliseconds> take_content(const ClonePlan& plan, registry::Journal& journal,
                                               const Observer& observer);
/// Name, addresses and what else tells one system from another, in the clone's root. It is mounted.
Result<void> give_identity(const ClonePlan& plan, bool copy_name_resolution);

}  // namespace partition::copies
