// Where a path really leads.
#pragma once
#include <string>

#include "base/result.h"

namespace os {

/// Absolute, without links, "." and "..": realpath(3).
Result<std::string> real_path(const std::string& path);
/// What a descriptor was opened as, in the caller's mount namespace; empty for what has no name any more.
std::string path_of(int fd);
/// What a link says, all of it: readlink(2).
Result<std::string> read_link(const std::string& path);
Result<std::string> read_link(int directory, const std::string& name);

}  // namespace os
