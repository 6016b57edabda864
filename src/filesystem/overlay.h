// What a WPAR writes over a tree that never changes (vfs=overlay): STORE/NAME/MOUNTPOINT.overlay/, which only root enters.
//
//   upper/, work/   the kernel's: what was written, and its workshop; ids are plain
//   lower           which tree it was written over, as the definition says it: it fits no other
//   disk/           with a size, instead of upper and work: where a file system of that size (disk_of) is mounted, in a
//                   mount namespace that nobody else sees, for as long as it takes to lay the overlay over it. On it
//                   there are upper and work in a directory named after the lower tree; of two, one is a leftover
//
// The WPAR's own mount is launch's. The one here shows the same to global root while the WPAR is stopped; the kernel
// lets only one of the two be there. A file system with the store is held by the overlay alone, and goes with it.
#pragma once
#include "base/fd.h"
#include "base/result.h"
#include "filesystem/file_system.h"
#include "os/dir.h"

namespace filesystem {

/// Whether one can be made: it is not there, and there is room for the size it is to have.
Result<void> check_store(const FileSystem& wanted);
Result<void> create_overlay(const FileSystem& wanted);
/// The same without what holds upper and work: a twin of another one's disk (filesystem/clone.h) is to.
Result<void> create_overlay_around(const FileSystem& wanted);
/// Such a twin, once it has an identity of its own: the kernel wrote down which file system its store lay on.
Result<void> settle_twin(const FileSystem& wanted);
Result<void> remove_overlay(const FileSystem& wanted);
bool is_overlay_created(const FileSystem& wanted);
/// What a kept one was written over, "generation:3"; Kind::missing when there is none.
Result<std::string> lower_of_overlay(const FileSystem& wanted);
/// With plain ids, attached to nothing.
Result<UniqueFd> mount_overlay(const FileSystem& wanted);
/// The same for reading alone, whoever else has it mounted.
Result<UniqueFd> mount_overlay_view(const FileSystem& wanted);

/// The directory that holds upper and work, to be read.
Result<os::Dir> open_store(const FileSystem& wanted);
/// Of one with a size: what holds the store, mounted on nothing, and where launch is to put it and to look in it.
std::string disk_point(const FileSystem& wanted);
std::string place_on_disk(const FileSystem& wanted);
Result<UniqueFd> mount_store_disk(const FileSystem& wanted);

/// The same over a second, empty store on the same file system, for another lower tree, which `wanted` names. Only once
/// the record says so it is the one that counts; the other goes with the next mount.
Result<UniqueFd> mount_overlay_beside(const FileSystem& wanted);
Result<void> write_lower(const FileSystem& wanted);

}  // namespace filesystem
