// A running WPAR's files as they are at one moment, to be read at leisure: for that moment it stands still, and a clone is
// made that shares all blocks and is thrown away afterwards.
#pragma once
#include <optional>

#include "base/result.h"
#include "partition/copies/backup_tree.h"
#include "partition/copies/clone_plan.h"
#include "spec/definition.h"

namespace partition::copies {

/// How one would be made: nothing where some file system cannot share its blocks, or holds files of others as well.
Result<std::optional<ClonePlan>> plan_snapshot(const spec::Definition& original,
                                               const BackupScope& scope);

}  // namespace partition::copies
