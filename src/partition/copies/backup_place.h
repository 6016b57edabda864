// A backup may lie in the very tree that it is of, or that it is to take the place of.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "partition/copies/backup_tree.h"
#include "spec/definition.h"

namespace partition::copies {

/// The names that a file of the global environment has in a WPAR's tree, as backups have them ("srv/own.bak"); none when
/// no backup would find it there. `path` is absolute, without links. To be asked in the global environment's own
/// mount namespace.
Result<std::vector<std::string>> names_in_tree(const spec::Definition& definition,
                                               const BackupScope& scope, const std::string& path);

}  // namespace partition::copies
