// Landlock, where the kernel has it: another lock on the same door as the mount namespace. landlock(7).
#pragma once
#include "base/result.h"

namespace unpacker {

/// Below / everything that unpacking does; no devices, no sockets, nothing executed.
Result<void> restrict_files();

}  // namespace unpacker
