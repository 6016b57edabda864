// What a plan mounts below a root, attached by descriptor.
#pragma once
#include "base/result.h"
#include "launch/launch.h"
#include "launch/targets.h"
#include "os/dir.h"

namespace launch {

/// One of a plan's mounts, made but not attached. All are made first: the root will hide their
/// sources below it.
struct Made {
    std::string target = {};
    UniqueFd mount = UniqueFd();
};
struct MakeWish {
    int user_namespace = -1;  // shift ids by its maps; -1: no shift
    os::IdRange owner = {};   // of a new tmpfs; none when the first id is 0
};
Result<Made> make(const Mount& mount, const MakeWish& wish);

/// What a mount has at its top.
Result<Sort> sort_of(int mount, const std::string& shown);

struct Below {
    const os::Dir& root;     // mounts are attached below it
    const os::Dir& storage;  // the same tree with plain ids: missing mount points are made there
};
Result<void> attach(const Below& below, const Made& made);

/// A copy of a tree of the global environment: ids shifted, no devices, set-user-ID as it may be on
/// its own.
struct Shifted {
    std::string source = {};
    std::string beneath =
        {};  // links on the way from here to the source are not followed; none: it is trusted
    bool read_only = false;
    std::uint64_t attributes = 0;
    int user_namespace = -1;
};
Result<UniqueFd> clone_shifted(const Shifted& wanted);

}  // namespace launch
