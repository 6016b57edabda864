// Mounts of a WPAR whose first process has its tree already: put in and taken out with global root's rights. A system
// WPAR's mount namespace belongs to its own root, and what is mounted there from outside would be his to change: to
// mount a read-only tree writable, to allow devices. So the mount crosses into the WPAR's user namespace by way of a
// throw-away mount namespace, which locks its flags as those of the mounts from the start are locked; then it is put
// into the real one. All paths inside are resolved below the WPAR's root.
#pragma once
#include <cstdint>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "launch/system_tree.h"
#include "launch/tree.h"

namespace launch {

struct Inside {
    UniqueFd mounts = UniqueFd();  // its mount namespace
    UniqueFd users = UniqueFd();   // its user namespace; none: an application WPAR
    std::string storage =
        "/";  // its tree in the global environment: missing mount points are made there
};
/// Of a system WPAR with that base directory; with none, of an application WPAR.
Result<Inside> open_inside(const Process& process, const std::string& base);

Result<void> attach_live(const Made& made, const Inside& inside);

struct Detaching {
    std::string target = {};
    bool lazy = false;  // what is busy is taken out of sight, and ends with its last user
};
/// All that is mounted there, one above the other. Kind::busy when it is in use, Kind::denied when it is locked.
Result<void> detach_live(const Detaching& wanted, const Inside& inside);

/// A tmpfs inside gets another limit.
Result<void> resize_live(const std::string& target, const std::string& size, const Inside& inside);

}  // namespace launch
