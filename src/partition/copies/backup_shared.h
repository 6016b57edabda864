// Files of a WPAR that are not the WPAR's alone: below directories of the global environment (namefs) and of servers (nfs).
// A backup may hold them. They are never written back in place: there others may have gone on with them.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "partition/copies/backup_source.h"
#include "spec/definition.h"

namespace partition::copies {

/// "data": where a WPAR has what is not its own; /proc and file systems in memory, too.
std::vector<std::string> places_of_others(const spec::Definition& definition);
/// A line for each of these places of which a backup holds files, with what brings them back.
Result<std::vector<std::string>> tell_of_shared(const OpenedBackup& backup,
                                                const spec::Definition& definition,
                                                const std::vector<std::string>& files);

}  // namespace partition::copies
