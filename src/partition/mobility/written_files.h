// Files of the global environment that an application writes. A checkpoint does not hold them: when it goes on from there,
// each must have the length that it had, or what was written since would be there twice.
#pragma once
#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "checkpoint/image.h"

namespace partition::mobility {

/// Of these processes, which stand still. Files that are only added to (O_APPEND), and those below `own`, are left out.
std::vector<checkpoint::WrittenFile> written_files(const std::vector<pid_t>& processes,
                                                   const std::vector<std::string>& own);
/// All regular files that these have open for writing, those only added to as well: after a loss of power they must not be
/// shorter than what is stored says.
std::vector<UniqueFd> files_to_sync(const std::vector<pid_t>& processes);
Result<void> sync_all(const std::vector<UniqueFd>& files);
/// Cuts those that have grown since; without `cut` that is an error, as one is that is gone, shorter or another file now.
Result<void> fit_files(const std::vector<checkpoint::WrittenFile>& files, bool cut);

/// Of /proc/PID/fdinfo/N: whether it is open for writing, and not only for adding to its end.
bool is_written(std::string_view fdinfo);

}  // namespace partition::mobility
