// Lowering a hard limit of memory on a WPAR that runs. For this folder only.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.h"

namespace cgroup {

/// The kernel kills in a v2 group until what is left fits into a lower memory.max. This only has it give memory back:
/// caches written out and dropped, the rest to swap. Kind::busy, and nothing changed, when more stays in use.
Result<void> make_room(const std::string& group, std::uint64_t bytes);

}  // namespace cgroup
