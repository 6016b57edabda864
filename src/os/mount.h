// Mounts as objects: cloned, changed and attached by descriptor, so no path is followed twice.
// open_tree(2), mount_setattr(2), move_mount(2), pivot_root(2). New file systems: os/superblock.h.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace os {

/// A detached copy of the mount at a trusted global path, or of what lies there; without the mounts
/// below it.
Result<UniqueFd> clone_mount(const std::string& path);
/// The same of an open directory or file (O_PATH will do).
Result<UniqueFd> clone_mount(int fd, const std::string& shown);

/// With all that is mounted below it.
Result<UniqueFd> clone_mounts(const std::string& path);

struct MountChange {
    std::uint64_t set = 0;  // MOUNT_ATTR_...
    std::uint64_t clear = 0;
    int user_namespace = -1;        // idmap with its maps (MOUNT_ATTR_IDMAP)
    std::uint64_t propagation = 0;  // MS_PRIVATE, MS_SLAVE ...
    bool recursive = false;
};
/// Kind::unsupported when the file system cannot be idmapped.
Result<void> change_mount(int mount, const MountChange& change, const std::string& shown);
Result<void> change_mount(const std::string& path, const MountChange& change);

/// Makes an attached mount the root of the caller's mount namespace and lets everything else go.
Result<void> pivot_into(int root);

}  // namespace os
