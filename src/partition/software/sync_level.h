// The root part of a WPAR brought level with its software: made beside as a fresh WPAR would get it, then placed.
#pragma once
#include <optional>

#include "base/result.h"
#include "os/dir.h"
#include "partition/observer.h"
#include "partition/software/sync.h"
#include "rootpart/manifest.h"
#include "rootpart/merge_packages.h"
#include "spec/definition.h"

namespace partition::software {

struct LevelWork {
    const spec::Definition& definition;
    const SyncCall& call;
    const os::Dir& source;  // the root of what its software comes from
    const std::optional<rootpart::Manifest>& delivered;
    std::optional<rootpart::Versions> before =
        {};  // of one with packages of its own: what it was level with last
};
/// Under the WPAR's lock; mounts its file systems for as long as that takes.
Result<Synced> bring_level(const LevelWork& work, const Observer& observer);

}  // namespace partition::software
