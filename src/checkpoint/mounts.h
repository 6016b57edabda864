// The mount namespaces of a WPAR's processes, and the file systems in them that cannot be saved.
#pragma once
#include <set>
#include <span>
#include <string>
#include <vector>

#include "checkpoint/blockers.h"
#include "checkpoint/findings.h"
#include "os/mount_table.h"

namespace checkpoint {

struct MountSpace {
    const Process* shown_by = nullptr;  // one of the processes in it
    std::vector<os::MountEntry> table = {};
};
struct Mounts {
    std::vector<MountSpace> spaces = {};
    std::set<int> ids = {};
};
/// Refers to the processes.
Mounts mounts_of(std::span<const Process> processes);

/// Whether CRIU knows the type, or cannot save what it does not get from outside.
bool is_saved_type(std::string_view type);

void look_at_mounts(const Mounts& mounts, const Subject& subject, Findings& findings);

}  // namespace checkpoint
