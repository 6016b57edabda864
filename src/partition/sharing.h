// Directories that a WPAR shares with the global environment or with another WPAR (vfs=namefs).
#pragma once
#include <optional>
#include <string>

#include "base/result.h"
#include "filesystem/file_system.h"
#include "spec/definition.h"

namespace partition {

/// The system WPAR in whose base directory a global path lies: its root rules every link on the way from there.
Result<std::optional<spec::Definition>> owner_of(const std::string& path);

/// Of what a system WPAR shares or lies over: when it is defined, and at each start again, since modes and definitions change.
Result<void> check_shared(const filesystem::FileSystem& wanted);

/// No user of the global environment gets there, and nobody changes anything in it.
bool is_in_generation(const filesystem::FileSystem& wanted);

}  // namespace partition
