// The reverses that journals hold, and rolling back: the same code after an error, ctrl-C or kill -9.
#pragma once
#include <functional>
#include <string>

#include "base/result.h"
#include "partition/observer.h"
#include "registry/journal.h"
#include "spec/definition.h"

namespace partition {

namespace reverse {
registry::Record remove_base(const spec::Definition& definition);
registry::Record remove_file_system(const spec::Definition& definition, const std::string& directory);
registry::Record unmount(const spec::Definition& definition);
registry::Record erase_definition(const std::string& name);
registry::Record restore_definition(const spec::Definition& definition);
/// A running WPAR's host name, network and limits.
registry::Record apply_live(const spec::Definition& definition);
registry::Record rename_back(const std::string& from, const std::string& to);
/// Everything that holds a loaded WPAR: processes, network, mounts, cgroup, runtime directory.
registry::Record release(const spec::Definition& definition);
/// Not a reverse: an rmwpar that has begun can only be finished.
registry::Record finish_removal(const spec::Definition& definition, bool preserve);
}  // namespace reverse

struct Journaled {
    std::string name = {};
    registry::Lifetime lifetime = registry::Lifetime::persistent;
};
/// Runs the steps with a journal; undoes them when one fails. A failed clean-up leaves the WPAR Broken, with its reason.
Result<void> journaled(const Journaled& how,
                       const std::function<Result<void>(registry::Journal&)>& steps);

/// Under the WPAR's lock, before anything else: rolls back or finishes what a killed command left, cleans up after a
/// WPAR that ended unseen, and gives one whose keeper was killed a new keeper.
Result<void> recover(const std::string& name, const Observer& observer);

}  // namespace partition
