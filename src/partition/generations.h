// Generations as definitions use them: where they are, who uses which, and their trees.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "generation/store.h"
#include "os/dir.h"
#include "spec/definition.h"

namespace partition {

generation::Site generation_site();

struct GenerationUse {
    unsigned number = 0;
    std::vector<std::string> wpars = {};  // sorted
};
/// Of every generation that a definition, a WPAR that is loaded or being made, or an overlay that was kept (rmwpar -p)
/// needs, ascending.
Result<std::vector<GenerationUse>> generation_uses();

/// Where its tree lies, also while it is not mounted.
std::string generation_tree(unsigned number);
/// Its tree, for as long as the descriptor is held.
Result<os::Dir> open_generation(unsigned number);
/// The trees of all generations that a definition uses stay mounted while `use` runs; afterwards for as long as a WPAR
/// that is loaded uses them. Kind::missing names one that is gone.
Result<void> with_generations(const spec::Definition& definition,
                              const std::function<Result<void>()>& use);
/// Unmounts what no loaded WPAR uses any more.
Result<void> release_generations();
/// What a WPAR is filled from, and later kept level with: the generation that its /usr is, or the global environment.
Result<os::Dir> open_source(const spec::Definition& definition);

}  // namespace partition
