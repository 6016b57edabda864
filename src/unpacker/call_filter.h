// The system calls that unpacking needs; all others do not exist for it (ENOSYS). seccomp(2).
#pragma once
#include "base/result.h"

namespace unpacker {

struct Calls {
    bool files = true;     // below whatever is this process's root
    bool threads = false;  // of its own
};
Result<void> restrict_calls(const Calls& needed);

}  // namespace unpacker
