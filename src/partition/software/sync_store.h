// What a WPAR wrote over one tree, written over another: a store fits the tree only that it was made for, and its
// whiteouts and renamed directories mean nothing elsewhere.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/dir.h"
#include "rootpart/synchronize.h"

namespace partition::software {

struct StoreWalk {
    const os::Dir& upper;    // what was written
    const os::Dir& lower;    // the other tree
    std::string shown = {};  // "/usr"
    bool restore = false;    // what the tree brings comes back; what was changed is kept beside
    std::function<bool(const std::string&)> is_own =
        {};  // "usr/bin/psql": of software that the WPAR has or dropped itself
};
struct StorePlan {
    struct Whole {
        std::string path = {};
        std::string to = {};
    };
    // in the view over the other tree, before anything is written
    std::vector<std::string> removals = {};
    // directories that come as they are seen, not as they were written
    std::vector<Whole> wholes = {};
    // files that are kept as FILE.dpkg-old
    std::vector<std::string> beside = {};
    // sorted: files that are as the tree has them, or kept beside
    std::vector<std::string> skipped = {};
    std::vector<rootpart::Change> changes = {};  // for the administrator
};
Result<StorePlan> plan_store(const StoreWalk& walk);

/// `view` is a view over the other tree into which nothing has been written; `seen` (only for `wholes`) the one over the
/// tree from before.
Result<void> carry_store(const StorePlan& plan, const StoreWalk& walk, const os::Dir& seen,
                         const os::Dir& view);

}  // namespace partition::software
