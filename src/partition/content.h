// What a fresh WPAR is filled with.
#pragma once
#include "base/result.h"
#include "partition/observer.h"
#include "rootpart/populate.h"
#include "spec/definition.h"

namespace partition {

/// How the root part of this WPAR is made: also what a later synchronisation goes by.
rootpart::Options population(const spec::Definition& definition);
/// Whether what it will be filled with fits into its file systems. Kind::full with what is needed.
Result<void> check_room(const spec::Definition& definition);
/// Fills its base directory, where its file systems are mounted. What was made before a failure stays, for the caller
/// to remove.
Result<void> fill_root(const spec::Definition& definition, const Observer& observer);

}  // namespace partition
