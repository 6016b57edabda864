// A WPAR's file systems as the global environment has them. One that has a hard size is an image
// file on a loop device, or a logical volume, or a block device that the administrator names; it is
// made by `create`, mounted below the base directory by `mount_in` (filesystem/attach.h) so that
// global root sees every file, and ends with `remove`. Ids on such a file system are plain (root is
// 0); launch shifts them in the WPAR's own mounts. Binds, NFS and tmpfs are mounted by launch,
// inside; here they only need their mount point.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "filesystem/volume.h"

namespace filesystem {

enum class Type : std::uint8_t { directory, bind, ext4, xfs, btrfs, nfs, tmpfs, overlay };

/// The type behind an AIX or Linux word: jfs2 and jfs mean ext4, namefs means bind. Nothing for
/// unknown words.
std::optional<Type> type_of(std::string_view vfs);
std::string_view kernel_name(Type type);  // "ext4"; "none" for a directory
/// Whether the type has a file system of its own on a disk, made by `create`.
bool on_disk(Type type);
/// Whether `create` makes something for it and `remove` takes that away: on disk, or an overlay's store.
bool is_made(Type type);

struct FileSystem {
    std::string wpar = {};       // name: for images, labels and logical volumes
    std::string directory = {};  // mount point as the WPAR sees it, absolute: "/", "/var"
    Type type = Type::directory;
    std::uint64_t size = 0;   // bytes, a hard limit; on disk: 0 means `default_size`; overlay: 0
                              // means that the store is a plain directory, without a limit
    std::string device = {};  // bind and overlay: the global directory. On disk: a block device
                              // that exists already
    std::string lower = {};   // overlay: that directory as the definition says it: "generation:3"
    std::string volume_group =
        {};                    // on disk, overlay with a size: make a logical volume in it, of a
                               // thin pool with "GROUP/POOL"; none: an image file
    std::string options = {};  // mountopts=, separated by commas
    std::string make_options = {};         // crfsopts=, words for the mkfs program
    bool journal = true;                   // false for logname=NULL (ext4)
    std::string store = "/var/lib/wpars";  // where images live: STORE/NAME/MOUNTPOINT.img
};

constexpr std::uint64_t default_size = std::uint64_t{5} << 30;  // sparse: takes what is written

/// The file system of a hard size behind it: itself when it is on disk, of an overlay with a size the one that its store
/// lies on. What is said of images, volumes and growing below is meant of this one.
std::optional<FileSystem> disk_of(const FileSystem& wanted);

/// What holds an on-disk file system: its image, its logical volume's device or the named device;
/// an overlay's store. Empty for others.
std::string backing(const FileSystem& wanted);
/// "NAME_var": the logical volume that `create` makes; empty when there is none.
std::string logical_volume(const FileSystem& wanted);

/// That volume; without a name when it is none.
Volume volume_of(const FileSystem& wanted);
/// The size that is meant when none is given.
std::uint64_t size_of(const FileSystem& wanted);
bool is_image(const FileSystem& wanted);
/// mountopts=ro.
bool is_read_only(const FileSystem& wanted);
/// How much of it files can have, after what the type needs for itself: an estimate, rather too low. And the reverse.
Result<std::uint64_t> room_in(const FileSystem& wanted);
std::uint64_t size_for(const FileSystem& wanted, std::uint64_t bytes);

/// Whether its type can have that size.
Result<void> check_size(const FileSystem& wanted);
/// Everything that can be known before anything is made: sane values, source directory, program and
/// its package, volume group, space for what cannot be sparse. Changes nothing.
Result<void> check(const FileSystem& wanted);
/// Makes image or logical volume and the file system on it; nothing for types that are not on disk.
/// Kind::exists when it is there already. A failure leaves nothing behind.
Result<void> create(const FileSystem& wanted);
/// The reverse, also of a half-made one: detaches loop devices, deletes image or logical volume. A
/// device that the administrator named keeps its content. Missing is fine. Unmount first:
/// Kind::busy otherwise.
Result<void> remove(const FileSystem& wanted);
/// The reverse of `create` on a device that the administrator named: the file system that was made there is gone. One
/// that does not bear its label is somebody else's.
Result<void> forget(const FileSystem& wanted);
/// Whether what `create` would make is there (mkwpar -p, recovery).
bool is_created(const FileSystem& wanted);
/// Of one that is not created, for messages: what of it is missing.
std::string missing_part(const FileSystem& wanted);

}  // namespace filesystem
