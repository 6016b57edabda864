// What a plan mounts below a root, attached by descriptor.
#pragma once
#include "base/result.h"
#include "launch/launch.h"
#include "os/dir.h"

namespace launch {

struct Below {
    const os::Dir& root;      // mounts are attached below it
    const os::Dir& storage;   // the same tree with plain ids: missing mount points are made there
    int user_namespace = -1;  // shift ids by its maps; -1: no shift
    os::IdRange owner = {};   // of a new tmpfs
};
Result<void> attach(const Below& below, const Mount& mount);

/// A copy of a system WPAR's root or of a tree below it: ids shifted, no devices, setuid as it may
/// be on its own.
struct Shifted {
    std::string source = {};
    bool read_only = false;
    std::uint64_t attributes = 0;
    int user_namespace = -1;
};
Result<UniqueFd> clone_shifted(const Shifted& wanted);

}  // namespace launch
