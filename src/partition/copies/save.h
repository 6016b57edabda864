// savewpar: a system WPAR's definition and files as one backup.
#pragma once
#include <string>

#include "base/result.h"
#include "partition/copies/backup_tree.h"
#include "partition/observer.h"

namespace partition::copies {

struct SaveCall {
    std::string name = {};
    std::string output = {};  // -f: a file, a device, or "-"
    std::string since = {};   // the backup that this one adds to
    bool still = false;       // -T: all of one moment, as far as that goes
    bool attributes = true;   // -a: without extended attributes and access lists
    bool exclude = false;     // -e: what /etc/exclude.NAME lists
    bool compress = true;     // -p: without
    bool names = false;       // -v: tell each name
    bool verify = false;      // -V: read it again, and check it
    int level = 3;            // of zstd
    BackupScope scope = {};   // -B, -N
};
/// Nothing has the wished name unless the backup is whole. Kind::invalid for an application WPAR.
Result<void> save(const SaveCall& call, const Manner& manner);
/// For operations that hold the lock already.
Result<void> save_locked(const SaveCall& call, const spec::Definition& definition,
                         const Manner& manner);

}  // namespace partition::copies
