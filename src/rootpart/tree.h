// A whole tree with all metadata, hard links included, in the mount where it begins; what is
// mounted below it becomes an empty directory, and subvolumes of btrfs become directories. Several threads share the
// directories: one directory is one piece of work.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "os/dir.h"
#include "rootpart/copy.h"

namespace rootpart {

struct TreeCopy {
    std::string shown = {};                   // "/usr": for messages
    const std::atomic<bool>* stop = nullptr;  // true ends with Kind::interrupted
    unsigned threads = 1;
    std::uint32_t ids = 0;  // owners must be below; 0: any
    Extent extent = Extent::portable;
    /// Of a path below the top, "etc/shadow": true leaves it out, and a directory with all in it. Called by any thread.
    std::function<bool(const std::string&)> skips = {};
};
/// Into an existing directory, which gets the metadata of `from` as well.
Result<void> copy_tree(const os::Dir& from, const os::Dir& to, const TreeCopy& how);

struct TreeSize {
    std::uint64_t bytes = 0;  // on disk
    std::uint64_t files = 0;
    std::uint64_t shareable = 0;  // of the bytes: what a copy on the same file system may share
};
Result<TreeSize> measure_tree(const os::Dir& from,
                              const std::function<bool(const std::string&)>& skips = {});

}  // namespace rootpart
