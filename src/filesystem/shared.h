// What a directory of the global environment must be like before a WPAR shares it (vfs=namefs).
#pragma once
#include <string>

#include "base/result.h"

namespace filesystem {

/// The way to it must be root's alone, and free of links: who could turn it elsewhere would choose what the WPAR gets.
/// One that can be written must moreover be out of reach for ordinary users, or mounted nosuid: ids on disk are plain,
/// so a set-user-ID program that the WPAR's root leaves there is root's for them as well.
Result<void> check_shared(const std::string& path, bool writable);

}  // namespace filesystem
