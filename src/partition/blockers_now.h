// What would stand in the way of a checkpoint of an active WPAR at this moment, for lswpar: without asking CRIU to examine
// the kernel, which takes long.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "checkpoint/blockers.h"
#include "spec/definition.h"

namespace partition {

/// Where CRIU is told to look for what is watched (inotify) and has no handle of use: stock services watch their
/// configuration.
const std::vector<std::string>& watched_places();

/// The largest deleted file that a checkpoint takes along.
inline constexpr std::uint32_t ghost_bytes = 256 << 20;

Result<std::vector<checkpoint::Blocker>> blockers_now(const std::string& name);
/// For a checkpoint: what is only passing is waited for a while.
Result<std::vector<checkpoint::Blocker>> settled_blockers(const std::string& name);
/// Once more when nobody can mount anything: an overlay's directories would be looked up in the global environment when CRIU
/// mounts it again. Kind::busy.
Result<void> no_mount_in_the_way(const spec::Definition& definition);

}  // namespace partition
