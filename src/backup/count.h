// How many names a walk will visit, for who wants to know how far it is: a quick look, which only directories are asked for
// more than their names.
#pragma once
#include <cstdint>

#include "backup/walk.h"
#include "base/result.h"
#include "os/dir.h"

namespace backup {

Result<std::uint64_t> count(const os::Dir& root, const Walk& how);

}  // namespace backup
