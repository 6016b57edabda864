// Making what was written to a WPAR's file systems outlive a loss of power.
#pragma once
#include <string>

#include "base/result.h"

namespace filesystem {

/// Writes to disk all that the file systems at and below `base` hold, and the folder `images` with
/// those of them that are files; a missing folder is fine. Costs what others have not written yet
/// on the same file systems, too.
Result<void> make_durable(const std::string& base, const std::string& images);

/// What was removed at `path` does not come back after a loss of power. The folder it was in, or the nearest that is
/// there, tells the disk: file systems with a journal keep the order of removals.
Result<void> make_removal_durable(const std::string& path);

}  // namespace filesystem
