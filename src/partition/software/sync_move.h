// syncwpar -D: a WPAR that writes over a generation goes on to another one, or is brought back to what its own brings.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "partition/observer.h"
#include "registry/journal.h"
#include "rootpart/own_packages.h"
#include "rootpart/synchronize.h"
#include "spec/definition.h"

namespace partition::software {

/// The same definition with this generation (Kind::invalid: it has no view over one) below all its views.
Result<spec::Definition> over_generation(const spec::Definition& definition, unsigned number);

/// What the WPAR's packages were level with last: what a move that was killed began with, or its generation's.
Result<rootpart::Versions> packages_before(const spec::Definition& definition);
/// Kind::denied names what cannot be: changed on both sides, or what would not get on.
Result<rootpart::PackageMerge> merge_with(const rootpart::Versions& before, const std::string& name,
                                          const os::Dir& source, const os::Dir& target);

struct Move {
    const spec::Definition& before;
    const os::Dir&
        source;  // the root of what will lie below: another generation, or what one would be made of
    const rootpart::PackageMerge& merge;
    std::set<std::string> own_paths = {};
    bool restore = false;  // -F
};
/// What the views will show that the new tree does not bring, and what comes back in them. Nothing of them is mounted.
Result<std::vector<rootpart::Change>> survey_stores(const Move& move);
/// What was written is written again over the new generation, beside; then stores and definition are changed together.
/// The WPAR is stopped and nothing of it is mounted.
Result<void> move_stores(const Move& move, const spec::Definition& after,
                         registry::Journal& journal, const Observer& observer);
/// The root part is level with the generation.
Result<void> finish_move(const std::string& name);

}  // namespace partition::software
