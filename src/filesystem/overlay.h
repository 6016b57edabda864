// What a WPAR writes over a tree that never changes (vfs=overlay): STORE/NAME/MOUNTPOINT.overlay/, which only root enters.
//
//   upper/, work/   the kernel's: what was written, and its workshop; ids are plain
//   lower           which tree it was written over, as the definition says it: it fits no other
//
// The WPAR's own mount is launch's. The one here shows the same to global root while the WPAR is stopped; the kernel
// lets only one of the two be there.
#pragma once
#include "base/fd.h"
#include "base/result.h"
#include "filesystem/file_system.h"

namespace filesystem {

Result<void> create_overlay(const FileSystem& wanted);
Result<void> remove_overlay(const FileSystem& wanted);
/// What a kept one was written over, "generation:3"; Kind::missing when there is none.
Result<std::string> lower_of_overlay(const FileSystem& wanted);
/// With plain ids, attached to nothing.
Result<UniqueFd> mount_overlay(const FileSystem& wanted);

}  // namespace filesystem
