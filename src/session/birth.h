// A child that is born inside: in the WPAR's pid namespace and cgroup, and in all else still
// outside.
#pragma once
#include <sys/types.h>

#include "base/fd.h"
#include "session/enter.h"

namespace session {

struct Child {
    pid_t pid = -1;
    UniqueFd pidfd = UniqueFd();
    bool is_child = false;  // true in the child itself
};

/// Returns twice, like fork. The caller must have one thread. The child cannot be traced by anybody
/// inside: it is not dumpable, and its memory belongs to the global user namespace until it
/// executes a program.
Result<Child> bear(const Entry& entry);

}  // namespace session
