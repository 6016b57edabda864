// Where a path really leads.
#pragma once
#include <string>

#include "base/result.h"

namespace os {

/// Absolute, without links, "." and "..": realpath(3).
Result<std::string> real_path(const std::string& path);
/// What a descriptor was opened as, in the caller's mount namespace; empty for what has no name any more.
std::string path_of(int fd);

}  // namespace os
