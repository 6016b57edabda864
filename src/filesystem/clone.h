// A file system's twin under another WPAR's name, made of its blocks and not of its files: an image by sharing its blocks
// (FICLONE) or, where the file system below cannot, by copying those that hold data; a thin volume by a snapshot. Both then
// have the same identity, which `own_identity` ends: the kernel refuses to mount two of xfs or btrfs that are the same.
#pragma once
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "filesystem/file_system.h"
#include "os/guard.h"

namespace filesystem {

/// By its own disk or an overlay's (disk_of). Whether `twin` differs from `original` in name only, and is an image or
/// in a thin pool.
bool can_be_cloned(const FileSystem& original, const FileSystem& twin);

struct Cloning {
    const FileSystem& original;
    const FileSystem& twin;
    const std::atomic<bool>* stop = nullptr;  // true ends with Kind::interrupted
};
/// An image's file system is stopped, or frozen (Frozen), meanwhile. A failure leaves nothing behind.
Result<void> clone(const Cloning& how);
/// The programs for it, before anything is made.
Result<void> check_own_identity(const FileSystem& twin);
/// Label and uuid of its own. It is mounted nowhere yet.
Result<void> own_identity(const FileSystem& twin);

/// Bytes that a copy of an image takes where blocks are not shared.
Result<std::uint64_t> bytes_of_image(const FileSystem& original);
/// Whether files in one directory can share blocks with files in the other: tried for real.
bool can_share_blocks(const std::string& one, const std::string& other);

/// Whether an image is attached to a loop device, so that somebody may be writing to it.
Result<bool> is_in_use(const FileSystem& image);

/// The file system on an image that is in use: who writes to it waits, and its blocks are complete. Kind::busy when
/// somebody froze it already. Should we be killed meanwhile, a process of ours thaws it.
class Frozen {
  public:
    static Result<Frozen> begin(const FileSystem& image);
    Frozen(Frozen&&) = default;
    Frozen& operator=(Frozen&&) = delete;
    ~Frozen();

  private:
    explicit Frozen(UniqueFd top) : top_(std::move(top)) {}
    UniqueFd top_;
    std::optional<os::Guard> guard_ = {};
};
/// One that is not frozen, or not in use, is fine.
Result<void> thaw(const FileSystem& image);

}  // namespace filesystem
