// clonewpar: another WPAR with what one holds, without an archive. Blocks are shared where the file systems can.
#pragma once
#include <functional>
#include <string>

#include "base/result.h"
#include "partition/observer.h"
#include "spec/definition.h"

namespace partition::copies {

struct CloneCall {
    std::string original = {};
    std::string name = {};  // of the clone
    /// The original's definition made that of a clone of this name (partition/copies/retarget.h).
    std::function<Result<spec::Definition>(const spec::Definition&, const std::string&)> retarget =
        {};
    bool resolve_clashes = false;       // -a
    bool copy_name_resolution = false;  // -r
};
/// Its name, which -a may have made another. Kind::exists when something is taken; whatever fails, nothing of the clone is
/// left. The original is as it was: one that runs has stood still for a moment.
Result<std::string> clone(const CloneCall& call, const Manner& manner);

}  // namespace partition::copies
