// The numbers a WPAR needs of its own: its id and its range of user and group ids.
#pragma once
#include <cstdint>

#include "base/result.h"

namespace registry {

struct Ids {
    std::uint32_t key = 0;     // 1..8191, AIX's WPAR id
    std::uint32_t idbase = 0;  // first of 65536 ids
};

inline constexpr std::uint32_t ids_per_wpar = 65536;
inline constexpr std::uint32_t most_keys = 8191;
/// Ranges lie above what distributions hand out to people and below what the kernel keeps for itself.
inline constexpr std::uint32_t first_idbase = 0x20000000;

/// The smallest that no definition, no WPAR in the making and no line of /etc/subuid or /etc/subgid uses. The caller
/// holds lock_registry() until it has announced or saved its definition. Kind::full when all are taken.
Result<Ids> allocate_ids();
/// Whether a definition that came from elsewhere (-U, an edited file) may keep these.
Result<bool> ids_are_free(const Ids& ids, const std::string& except_name);

}  // namespace registry
