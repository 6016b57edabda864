// /dev of a WPAR: a small tmpfs with the device files it may use. Nothing else inside can be a
// device: every other mount is nodev, and making one needs a capability that counts in the initial
// user namespace only.
#pragma once
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "launch/launch.h"
#include "os/idmap.h"

namespace launch {

struct DeviceTree {
    os::IdRange owner = {};  // its first id owns the files
    std::vector<Device> extra = {};
};
/// Mounted on nothing yet. Made by global root: a tmpfs of a user namespace would be nodev.
Result<UniqueFd> make_device_tree(const DeviceTree& tree);

struct TerminalTree {
    unsigned limit = 0;  // 0: the kernel's
};
/// devpts of its own, mounted on nothing yet.
Result<UniqueFd> make_terminals(const TerminalTree& tree);
/// The same for the devpts of a WPAR that runs; `init` is a pidfd.
Result<void> limit_terminals(int init, const TerminalTree& tree);

}  // namespace launch
