// What a journal is for: steps that are taken back when one fails, and what a killed command left, found by the next one.
#pragma once
#include <functional>
#include <string>

#include "base/result.h"
#include "partition/observer.h"
#include "registry/journal.h"

namespace partition {

struct Journaled {
    std::string name = {};
    registry::Lifetime lifetime = registry::Lifetime::persistent;
};
/// Runs the steps with a journal; undoes them when one fails. A failed clean-up leaves the WPAR Broken, with its reason.
Result<void> journaled(const Journaled& how,
                       const std::function<Result<void>(registry::Journal&)>& steps);

/// The same for what is there only meanwhile: it is undone in any case.
Result<void> temporarily(const Journaled& how,
                         const std::function<Result<void>(registry::Journal&)>& steps);

struct Recovery {
    bool forced = false;  // detach busy mounts, too
    Observer observer = {};
};
/// Under the WPAR's lock, before anything else: rolls back or finishes what a killed command left, cleans up after a
/// WPAR that ended unseen, and gives one whose keeper was killed a new keeper.
Result<void> recover(const std::string& name, const Recovery& how);
Result<void> recover(const std::string& name, const Observer& observer);

/// What every operation that changes something begins with. From here on SIGINT and SIGTERM take back what was done. What
/// killed commands left of any WPAR is recovered, for some nobody names again; what somebody works on is left to them, and
/// what cannot be removed to rmwpar -F.
void begin_operation(const Manner& manner);

}  // namespace partition
