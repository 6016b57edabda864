// Reading what there is; takes no lock.
#pragma once
#include <string>
#include <vector>

#include "registry/listed.h"

namespace partition {

struct ListCall {
    std::vector<std::string> names = {};  // none: all
    bool general_only = false;            // stanza general is enough: the default table
    bool usage = false;                   // also what it uses, as the kernel counts it
    bool blockers = false;                // of active ones, what stands in the way of a checkpoint
    bool details = false;                 // also what costs a look at the kernel for each
};
/// Sorted by name; names that do not exist are left out. A WPAR whose definition is damaged comes with its problem.
Result<std::vector<registry::Listed>> list(const ListCall& call);

}  // namespace partition
