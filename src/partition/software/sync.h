// syncwpar: brings the root part of a WPAR level with the software of the global environment that it shares.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "partition/observer.h"
#include "partition/software/sync_room.h"
#include "rootpart/synchronize.h"

namespace partition::software {

using Change = rootpart::Change;

struct SyncCall {
    std::string name = {};
    bool only_add = false;    // -a
    bool force = false;       // -F
    bool preview = false;     // -p
    bool grow = false;        // -X
    bool detached = false;    // -D: one that writes over a generation goes on to another
    std::string device = {};  // -d: which, "generation:3"; empty: the newest, made if need be
};
struct Synced {
    std::vector<Change> changes = {};
    std::vector<Shortage> shortages = {};  // of a preview with -X
    bool failed() const;
};
/// Of -d: the number, or that of the newest (spec::newest_generation). Kind::invalid for other words.
Result<unsigned> asked_generation(const std::string& device);
/// Kind::invalid for a WPAR with a /usr of its own, unless it is detached from a generation and that was asked for.
/// Single paths that could not be done are among the changes.
Result<Synced> synchronize(const SyncCall& call, const Manner& manner);

/// System WPARs that share /usr, or with `detached` those that write over a generation: for -A.
Result<std::vector<std::string>> synchronizable(bool detached);

}  // namespace partition::software
