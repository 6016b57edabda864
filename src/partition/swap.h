// One WPAR takes the place of another of the same name: made whole beside it, then, past a point of no return, in its
// place. Whoever finds the record of that point does the rest, from wherever it stopped.
#pragma once
#include "base/result.h"
#include "partition/observer.h"
#include "spec/definition.h"

namespace partition {

/// The same one as it is made beside: other names for base directory, images and volumes, which no WPAR can have.
spec::Definition beside(const spec::Definition& definition);

struct Swap {
    spec::Definition before = {};
    spec::Definition after = {};
};
/// Removes the one and renames the other, whose file systems lie as beside() says, unmounted. Repeatable.
Result<void> finish_swap(const Swap& swap, const Observer& observer, bool forced = false);

}  // namespace partition
