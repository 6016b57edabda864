// Making a file system larger, in use or not. In two parts: room for it can be taken back, but none of the file systems
// is ever made smaller again. The kernel grows them by descriptor, so no path below a base directory is followed.
#pragma once
#include <cstdint>

#include "base/result.h"
#include "filesystem/file_system.h"

namespace filesystem {

/// What an on-disk file system has to live on, in bytes.
Result<std::uint64_t> backing_size(const FileSystem& wanted);
/// Whether it can have `wanted.size`: it is larger than now, and there is room for it.
Result<void> check_growth(const FileSystem& wanted);
/// Makes image or logical volume as large as wanted; there already is fine.
Result<void> extend_backing(const FileSystem& wanted);
/// The reverse, as long as the file system has not been grown: `wanted` has the size from before.
Result<void> reduce_backing(const FileSystem& wanted);
/// Whether the file system has taken nothing of the room beyond `wanted.size`, so that this can be taken back; false also
/// when it cannot be asked.
bool is_unfilled(const FileSystem& wanted);
/// The file system takes all that it lies on; repeatable.
Result<void> fill_backing(const FileSystem& wanted);

}  // namespace filesystem
