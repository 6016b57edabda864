// Views over generations (vfs=overlay) in backups. A backup holds all that a view showed, so that it needs nothing else.
// Where the tree that it lay over is here, too, it becomes a view again, which holds only what differs from that tree.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "os/dir.h"
#include "partition/copies/backup_source.h"
#include "spec/definition.h"

namespace partition::copies {

/// What of a definition names a generation of the machine where the backup was made names one of this machine with the same
/// software, or what takes its place: for a view a directory of its own, else the global environment's. Gives back what has
/// become of each of these, for the administrator. What `present` has, too, and what the backup had not, stays.
Result<std::vector<std::string>> settle_views(spec::Definition& wanted, const OpenedBackup& backup,
                                              const spec::Definition* present);
/// The same with plain directories in place of views: what a backup is unpacked into.
spec::Definition without_views(const spec::Definition& definition);
/// What lies at the views' mount points below the base directory goes into their stores, as far as it differs.
Result<void> fill_views(const spec::Definition& definition);
/// Afterwards: nothing lies at the mount points any more. What is mounted below them is not then.
Result<void> empty_mount_points(const spec::Definition& definition);
/// Once that is on disk.
Result<void> give_back_room(const spec::Definition& definition);

}  // namespace partition::copies
