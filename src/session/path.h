// Paths that the owner of the WPAR controls, opened from inside: no link of /proc/PID/fd,
// /proc/PID/root or the like is followed, so nothing that this process still has from outside can
// be reached through them.
#pragma once
#include "base/fd.h"

namespace session {

/// openat2(2) with RESOLVE_NO_MAGICLINKS; empty with errno on failure. O_CLOEXEC is added.
UniqueFd open_inside(const char* path, int flags);

}  // namespace session
