// POSIX access lists of a member (SCHILY.acl.access and .default) as the attributes that the kernel keeps them in: acl(5).
#pragma once
#include <string>

#include "tar/metadata.h"

namespace tar {

/// Kind::invalid for an id that no WPAR has.
Result<void> add_access_lists(::archive_entry* entry, const std::string& path, Attributes& to);

}  // namespace tar
