// Mounting below a base directory, and taking all of it away again. The base directory's content
// belongs to the WPAR's root, so no path below it is ever followed through a link.
#pragma once
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "filesystem/file_system.h"

namespace filesystem {

struct Mounting {
    bool to_populate = false;  // the option "ro" waits until the file system is filled
    bool to_launch =
        false;  // overlays stay mount points: the WPAR's own mounts of them are launch's
};
/// Makes the mount point beneath `base` (missing parts, mode 755) and, for a type that is on disk
/// and an overlay, mounts it there in the caller's mount namespace, nosuid and nodev. Launch clones these mounts
/// (open_tree) and must clear MOUNT_ATTR_NOSUID on its clone, or su and sudo would not work inside.
/// Mounted already from the same backing is fine. Parents come first: mount "/" before "/var".
Result<void> mount_in(const std::string& base, const FileSystem& wanted, const Mounting& how = {});

/// An on-disk file system, mounted on nothing and, unless the options say "ro", writable; also when it is mounted elsewhere.
Result<UniqueFd> mount_apart(const FileSystem& wanted, const std::string& options = {});

/// Mount points at or below `base`, in the order they were mounted.
Result<std::vector<std::string>> mounts_below(const std::string& base);

struct Unmounting {
    bool lazy = false;  // detach what is busy (rmwpar -F): it ends with its last user
};
/// Unmounts everything at and below `base`, deepest first; nothing there is fine. Kind::busy names
/// the mount point.
Result<void> unmount_all(const std::string& base, const Unmounting& how = {});

/// One mount point of a WPAR alone; none there is fine.
Result<void> unmount_in(const std::string& base, const std::string& directory,
                        const Unmounting& how = {});

}  // namespace filesystem
