// The file systems of a WPAR that is changed: made, grown, renamed and removed on what they lie on.
#pragma once
#include <string>

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
/// After the definition is saved: those that grow fill their room, and those that went are removed with what they hold.
Result<void> finish_mounts(const spec::Definition& before, const spec::Definition& after);

/// Logical volumes bear their WPAR's name.
Result<void> rename_volumes(const spec::Definition& before, const spec::Definition& after,
                            registry::Journal& journal);
Result<void> rename_volume(const spec::Definition& from, const spec::Definition& to,
                           const std::string& directory);

void tell_advice(const spec::Definition& before, const spec::Definition& after,
                 const Observer& observer);

}  // namespace partition
