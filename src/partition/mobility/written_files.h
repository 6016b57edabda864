// Files of the global environment that an application writes. A checkpoint does not hold them: when it goes on from there,
// each must have the length that it had, or what was written since would be there twice.
#pragma once
#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "checkpoint/image.h"
#include "partition/mobility/to_sync.h"

namespace partition::mobility {

struct OpenFiles {
    /// But for those that are only added to (O_APPEND), and those below `own`.
    std::vector<checkpoint::WrittenFile> written = {};
    /// All, those only added to and those only mapped as well: after a loss of power they must not be shorter than what is
    /// stored says. Not what a program serves (FUSE): it may stand still, too, and would never answer. Of that, what has not
    /// gone to disk by itself may be lost.
    ToSync to_sync = {};
};
/// Regular files that these processes, which stand still, have open for writing. Kind::full: more than can be noted.
Result<OpenFiles> open_files(const std::vector<pid_t>& processes,
                             const std::vector<std::string>& own);
/// Cuts those that have grown since; without `cut` that is an error, as one is that is gone, shorter or another file now.
Result<void> fit_files(const std::vector<checkpoint::WrittenFile>& files, bool cut);

/// Of /proc/PID/fdinfo/N: whether it is open for writing at all, and whether not only for adding to its end.
bool is_open_for_writing(std::string_view fdinfo);
bool is_written(std::string_view fdinfo);
/// Whether such file systems ask a program.
bool is_served(std::string_view type);

}  // namespace partition::mobility
