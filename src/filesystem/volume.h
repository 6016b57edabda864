// Logical volumes, by LVM's own programs.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.h"

namespace filesystem {

struct Volume {
    std::string group = {};
    std::string name = {};
    std::uint64_t size = 0;
};
/// Programs, group, and room for `size` in it.
Result<void> check_volume(const Volume& wanted);
/// Kind::exists when the group has one of that name.
Result<void> make_volume(const Volume& wanted);
/// Missing is fine.
Result<void> remove_volume(const Volume& wanted);
bool volume_exists(const Volume& wanted);

}  // namespace filesystem
