// The system calls that unpacking needs; all others do not exist for it (ENOSYS). seccomp(2).
#pragma once
#include "base/result.h"

namespace unpacker {

Result<void> restrict_calls();

}  // namespace unpacker
