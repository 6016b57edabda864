// Making what was written to a WPAR's file systems outlive a loss of power.
#pragma once
#include <string>

#include "base/result.h"

namespace filesystem {

/// Writes to disk all that the file systems at and below `base` hold, and the folder `images` with
/// those of them that are files; a missing folder is fine. Costs what others have not written yet
/// on the same file systems, too.
Result<void> make_durable(const std::string& base, const std::string& images);

}  // namespace filesystem
