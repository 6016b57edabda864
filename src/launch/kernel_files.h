// Files of proc and sysfs that tell about or change the whole machine: covered, or made read-only.
#pragma once
#include "base/result.h"
#include "os/dir.h"

namespace launch {

struct CoverWish {
    bool writable_network = false;  // /proc/sys/net is the WPAR's own
    bool no_disks =
        false;  // nor does sysfs tell of block devices, and which files loop devices are
};
/// `root` is where proc, sys and the WPAR's own /dev are mounted, before anything of the WPAR has
/// run: its null device covers files (df would list any other file system twice), an empty ramfs
/// directories. What this kernel does not have is left out.
Result<void> cover_kernel_files(const os::Dir& root, const CoverWish& wish);

/// What lies on such a directory, attached nowhere yet: ramfs, which has no size, so df does not list it.
Result<UniqueFd> empty_directory_cover();

}  // namespace launch
