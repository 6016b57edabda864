// A changed definition's file systems in a WPAR that runs: what came is mounted, what went is unmounted, inside and in
// the global environment.
#pragma once
#include "base/result.h"
#include "spec/definition.h"

namespace partition {

/// Kind::busy for what needs a stopped WPAR: another source or other options for what is mounted, and the directories
/// that every WPAR has.
Result<void> check_live_mounts(const spec::Definition& before, const spec::Definition& after);

struct MountChange {
    bool lazy = false;     // what is busy is taken out of sight, and ends with its last user
    bool undoing = false;  // logical volumes, too, which nobody can remove before that
};
/// Repeatable: finds what is there, whatever an earlier try left. Changes only what the two definitions say differently.
Result<void> change_mounts(const spec::Definition& before, const spec::Definition& after,
                           const MountChange& how);

}  // namespace partition
