// The parent's side of a system WPAR: everything that must be locked inside is mounted here, with
// global root's rights, in a private mount namespace that the child will copy.
#pragma once
#include <sys/types.h>

#include "base/fd.h"
#include "base/result.h"
#include "launch/launch.h"
#include "launch/tree.h"

namespace launch {

struct Process {
    pid_t pid = 0;
    int pidfd = -1;
};

struct Tree {
    UniqueFd root = UniqueFd();
    std::vector<Made> removable =
        {};  // to be attached when the child has its own copy (launch/live_tree.h)
};
/// Builds the tree on top of the base directory. The process has its namespaces and id maps.
Result<Tree> build_tree(const Plan& plan, const Process& process);

}  // namespace launch
