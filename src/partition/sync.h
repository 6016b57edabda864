// syncwpar: brings the root part of a WPAR level with the software of the global environment that it shares.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "partition/observer.h"
#include "rootpart/synchronize.h"

namespace partition {

using Change = rootpart::Change;

struct SyncCall {
    std::string name = {};
    bool only_add = false;  // -a
    bool force = false;     // -F
    bool preview = false;   // -p
};
struct Synced {
    std::vector<Change> changes = {};
    bool failed() const;
};
/// Kind::unsupported for a WPAR with a /usr of its own. Single paths that could not be done are among the changes.
Result<Synced> synchronize(const SyncCall& call, const Manner& manner);

/// System WPARs that share /usr, for -A.
Result<std::vector<std::string>> synchronizable();

}  // namespace partition
