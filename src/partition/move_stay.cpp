#include "partition/move_stay.h"

#include "partition/pause.h"
#include "partition/start.h"
#include "partition/state.h"
#include "registry/events.h"
#include "registry/moves.h"
#include "registry/state.h"
#include "registry/store.h"

namespace partition {

Result<void> stay(const std::string& name) {
    const auto record = registry::move_record(name);
    if (!record || record->phase != registry::MovePhase::copying || !record->active) return {};
    // memory is nobody's to keep; one that CRIU still writes goes with the next attempt
    (void)registry::forget_moving_state(name);
    if (record->boot != registry::boot_id()) return {};
    if (is_frozen(name)) return go_on(name);
    if (registry::alive(name).any()) return {};
    TRY(start_locked(TRY(registry::load(name)), {.name = name}, {}).within("starting it again"));
    registry::record({registry::Severity::warning, "movewpar", name,
                      cat("not moved to ", printable(record->host), "; started again here")});
    return {};
}

}  // namespace partition
