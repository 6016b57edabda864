// What turns one tree into another that is nearly the same.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "os/dir.h"

namespace partition::software {

struct TreeDifference {
    std::vector<std::string> removals = {};  // of what is there: gone, or another thing now
    std::vector<std::string> same = {};      // sorted; a directory with all that is in it
};
/// Type, owner, mode, times, attributes, links to one file, and every byte.
Result<TreeDifference> compare_trees(const os::Dir& wanted, const os::Dir& there);

}  // namespace partition::software
