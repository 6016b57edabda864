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
/// What it learns on the way (kind of system, digest) goes into the definition.
Result<void> fill_root(spec::Definition& definition, const Observer& observer);
/// "" for the root part of the global environment, else what its root comes from, for people.
std::string describe_source(const spec::Definition& definition);

}  // namespace partition
