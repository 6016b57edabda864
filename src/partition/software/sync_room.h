// syncwpar -X: file systems of the WPAR's own that are too small for what comes are made larger first.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "rootpart/synchronize.h"
#include "spec/definition.h"

namespace partition::software {

struct Shortage {
    std::string directory = {};  // of the file system
    std::uint64_t bytes = 0;
};
/// Of file systems with a hard size; they are mounted below the base directory.
Result<std::vector<Shortage>> shortages(const spec::Definition& definition,
                                        const std::vector<rootpart::PathNeed>& needs);
/// The definition with sizes that leave no shortage.
Result<spec::Definition> with_room(const spec::Definition& definition,
                                   const std::vector<Shortage>& shortages);

}  // namespace partition::software
