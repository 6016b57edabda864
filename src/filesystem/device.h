// Block devices that the administrator names: whose they are, how large, and what is on them.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.h"

namespace filesystem {

/// A block device that nobody has: not mounted, no swap, no part of LVM or md, opened by nobody exclusively. Kind::busy
/// names who has it.
Result<void> check_unused(const std::string& device);
Result<std::uint64_t> device_size(const std::string& device);
/// Whether two paths lead to the same block device.
bool same_device(const std::string& one, const std::string& other);

struct Content {
    std::string type = {};   // "ext4", "swap", "LVM2_member"; empty: nothing that anybody knows
    std::string label = {};  // of a file system
};
/// What lies on a device or in an image, as blkid(8) sees it.
Result<Content> content_of(const std::string& path);
/// Makes a file system unknown again; what was in it is lost.
Result<void> wipe(const std::string& device);

}  // namespace filesystem
