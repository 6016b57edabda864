// Single files of a chain: what a name is in the end shows only when all backups of the chain were unpacked, one over the
// other. That is done in a directory of our own, which only root enters, and then put in place.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "partition/copies/backup_source.h"
#include "partition/copies/restore_files.h"
#include "unpack/backup.h"

namespace partition::copies {

struct StagedRestore {
    const std::vector<OpenedBackup>& chain;
    unpack::RestoreCall call = {};  // its target is where the files are to be in the end
    unpack::BackupWatch watch = {};
};
Result<RestoredFiles> restore_staged(const StagedRestore& wanted);

}  // namespace partition::copies
