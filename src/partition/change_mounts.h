// The file systems of a WPAR that is changed: made, grown, renamed and removed on what they lie on.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "partition/observer.h"
#include "registry/journal.h"
#include "spec/definition.h"

namespace partition {

/// Whether none becomes of another kind. check_mount_change asks, too; this needs no generation.
Result<void> check_kinds(const spec::Definition& before, const spec::Definition& after);
/// Whether they can become what is wished, asked before anything changes.
Result<void> check_mount_change(const spec::Definition& before, const spec::Definition& after);
/// Makes the new ones, and room for those that grow.
Result<void> prepare_mounts(const spec::Definition& before, const spec::Definition& after,
                            registry::Journal& journal);
/// Before it is: logical volumes that go are in nobody's use any more, which a mount namespace somewhere inside may
/// belie.
Result<void> volumes_must_be_free(const spec::Definition& before, const spec::Definition& after);
/// After the definition is saved: those that grow fill their room. One that cannot keeps its size, in the definition as
/// well, or the larger room, where it has taken a part of it already: a failure of its own, and all else goes on.
Result<std::vector<Error>> grow_mounts(const spec::Definition& before,
                                       const spec::Definition& after);
/// And those that went are removed with what they hold.
Result<void> drop_mounts(const spec::Definition& before, const spec::Definition& after);
/// Whether `saved` is `after`, but for growths that were given up.
bool is_reached(const spec::Definition& before, const spec::Definition& after,
                const spec::Definition& saved);

/// Logical volumes bear their WPAR's name.
Result<void> rename_volumes(const spec::Definition& before, const spec::Definition& after,
                            registry::Journal& journal);
Result<void> rename_volume(const spec::Definition& from, const spec::Definition& to,
                           const std::string& directory);

void tell_advice(const spec::Definition& before, const spec::Definition& after,
                 const Observer& observer);

}  // namespace partition
