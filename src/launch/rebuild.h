// The mounts of a system WPAR whose processes another program builds again (CRIU). It makes all that is the WPAR's own
// itself; what comes from the global environment it binds from sources that are attached for it, in a private mount
// namespace, beside the new root: it takes the root without what is mounted on it.
//
// What was locked at the start is not locked after that, since the WPAR's root made it this time. He may unmount a cover
// over a kernel file, and finds below it what the kernel shows to everybody; what is read-only stays so, since the flags
// of a mount are locked when its namespace is copied into his.
#pragma once
#include <sys/types.h>

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "launch/launch.h"
#include "os/dir.h"
#include "os/mount_table.h"

namespace launch {

/// Below these an application has mounts of its own, whatever its plan says.
inline constexpr std::array own_places = {"/dev", "/proc", "/sys"};

/// A mount that comes from outside, and the name of its source. One source may serve many.
struct Outer {
    std::string point = {};  // absolute, as the WPAR sees it
    std::string key = {};
    bool operator==(const Outer&) const = default;
};
/// Of a WPAR's mounts, as its init sees them, those that are the plan's, the device tree's, the control group's and covers;
/// of an application's all but what CRIU makes again.
std::vector<Outer> outer_mounts(const Plan& plan, const std::vector<os::MountEntry>& table);

struct Source {
    std::string key = {};
    std::string path = {};
};
struct Sources {
    std::string root = {};  // where the WPAR's root is mounted
    std::vector<Source> all = {};
};
/// A file system in memory with content of its own.
struct Filled {
    std::string key = {};
    bool read_only = false;
    std::function<Result<void>(const os::Dir&)> fill = {};
};
struct SourcesCall {
    std::string place = {};                                         // an empty directory of ours
    std::string control_group = {};                                 // path of the delegated group
    std::function<Result<void>(const os::Dir&)> fill_devices = {};  // what else was in /dev
    std::vector<Filled> filled = {};
    std::vector<Outer> shared = {};  // application: what outer_mounts() found of it then
};
/// In the caller's mount namespace, which ought to be a private one: they go with it.
Result<Sources> attach_sources(const Plan& plan, const SourcesCall& call);

}  // namespace launch
