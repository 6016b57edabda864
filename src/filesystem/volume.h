// Logical volumes, by LVM's own programs: of a volume group, or thin ones of a pool in it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace filesystem {

struct Volume {
    std::string group = {};
    std::string pool = {};  // a thin pool of the group; none: the volume takes its space at once
    std::string name = {};
    std::uint64_t size = 0;
};
struct VolumePlace {
    std::string group = {};
    std::string pool = {};
};
/// "vg0", or "vg0/pool0" for thin volumes.
VolumePlace volume_place(std::string_view text);
std::string device_of(const Volume& volume);  // "/dev/vg0/web1_data"

/// Programs, group, pool, and room for `size` more bytes in it.
Result<void> check_room(const Volume& wanted);
/// What to think of before thin volumes of together more than their pool are made: empty when there is nothing.
Result<std::string> overcommitment(const Volume& wanted);
/// Kind::exists when the group has one of that name.
Result<void> make_volume(const Volume& wanted);
/// The state of a thin volume as one of its own, in the same pool; what is mounted stands still for that moment.
Result<void> snapshot_volume(const Volume& original, const Volume& twin);
/// Missing is fine.
Result<void> remove_volume(const Volume& wanted);
bool volume_exists(const Volume& wanted);

/// Missing under the old name is fine.
Result<void> rename_volume(const Volume& from, const Volume& to);

struct Extent {
    std::uint64_t bytes = 0;  // of the volume
    std::uint64_t unit = 0;   // in which its group counts
};
Result<Extent> extent_of(const Volume& volume);
/// To `size`, rounded up to whole extents; one that is as large already is fine.
Result<void> extend_volume(const Volume& wanted);
/// Takes an extension back that nothing was written to. One that is as small already is fine.
Result<void> reduce_volume(const Volume& wanted);

}  // namespace filesystem
