// Loop devices: a file as a block device, loop(4).
#pragma once
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace filesystem {

struct Loop {
    UniqueFd
        device;  // keep it until the mount holds the device: the last close frees it (autoclear)
    std::string path = {};  // "/dev/loop3"
};
struct LoopWish {
    std::string backing = {};
    bool read_only = false;
};
Result<Loop> attach_loop(const LoopWish& wanted);
/// Loop devices on that file, also when the file has been deleted since.
Result<std::vector<std::string>> list_loops(const std::string& backing);
struct LoopUse {
    std::string device = {};   // "/dev/loop3"
    std::string backing = {};  // as it is called, or was before it was deleted
};
/// Loop devices on files of that folder's file system whose path lies below it, also deleted ones.
Result<std::vector<LoopUse>> loops_below(const std::string& folder);
/// They take the file's size as it is now.
Result<void> refresh_loops(const std::string& backing);
/// Frees them all; one that is mounted goes with its last mount.
Result<void> detach_loops(const std::string& backing);

}  // namespace filesystem
