// Making a generation of the global environment's software.
#pragma once
#include <optional>

#include "base/fd.h"
#include "base/result.h"
#include "generation/store.h"
#include "partition/observer.h"
#include "spec/definition.h"

namespace partition {

struct MakeGeneration {
    std::optional<generation::Form> form = {};  // none: the cheapest that this machine can
    bool force = false;                         // also when the newest one is the same
};
/// `corral generation create`. The newest one, when it is level with the global environment already.
Result<void> create_generation(const MakeGeneration& call, const Manner& manner);

/// Whether the newest one is (false: there is none, too).
Result<bool> newest_is_level();

/// The definition with numbers for `dev=generation`: the newest generation's, which is made if there is none or the
/// global environment has gone on; of a file system that was kept, the one it was written over. Until the descriptor is
/// closed no generation can be removed.
struct Settled {
    spec::Definition definition = {};
    UniqueFd lock = UniqueFd();
};
Result<Settled> settle_generations(spec::Definition definition, const Observer& observer);
/// The same for --dry-run: what would have to be made stays `generation`.
Result<spec::Definition> foresee_generations(spec::Definition definition, const Observer& observer);

}  // namespace partition
