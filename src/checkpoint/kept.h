// Small file systems in memory that come from outside or that CRIU does not know (/dev, systemd's credentials on ramfs):
// what is in them is stored beside.
#pragma once
#include <cstdint>

#include "base/result.h"
#include "os/dir.h"

namespace checkpoint {

struct KeepCall {
    const os::Dir& from;
    const os::Dir& to;
    std::int64_t shift = 0;  // added to each owner
};
/// Files, directories, symbolic links and FIFOs below `from`, with owner, mode and content, and owner and mode of `from`
/// itself. What is there already stays; devices and sockets are left out; of what is mounted on it, only the mount point is
/// made. Nothing inside is followed. Kind::full when it is more than small.
Result<void> keep(const KeepCall& call);

}  // namespace checkpoint
