// Whether a file system can carry an idmapped mount, tried for real: mount_setattr(2),
// MOUNT_ATTR_IDMAP.
#pragma once
#include <string>

#include "base/result.h"

namespace os {

/// Idmaps a clone of the mount that holds `path`, which must exist, and drops it. Kind::unsupported
/// (EINVAL) when the file system cannot; other errors are failures of the attempt. Nothing stays.
Result<void> probe_idmap(const std::string& path);

}  // namespace os
