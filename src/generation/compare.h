// How two trees differ, told by size, owner, mode and time of their files.
#pragma once
#include <functional>
#include <string>

#include "base/result.h"
#include "os/dir.h"

namespace generation {

/// '+' only in the second, '-' only in the first, '~' in both and not the same. A directory that is in one only is told
/// without what is in it.
using Differs = std::function<void(char sign, const std::string& path)>;
/// Either may be missing: an empty Dir. `shown` is what the trees are called, "/usr".
Result<void> compare_trees(const os::Dir& before, const os::Dir& after, const std::string& shown,
                           const Differs& differs);

}  // namespace generation
