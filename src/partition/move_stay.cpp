#include "partition/move_stay.h"

#include "partition/pause.h"
#include "partition/start.h"
#include "partition/state.h"
#include "registry/events.h"
#include "registry/moves.h"
#include "registry/state.h"
#include "registry/store.h"

namespace partition {

namespace {

// Nothing of it lies on disk that another attempt could go on with; and one that has ended meanwhile stays ended.
Result<void> stay_application(const std::string& name) {
    if (is_frozen(name)) TRY(go_on(name));
    return registry::forget_move(name);
}

}  // namespace

Result<void> stay(const std::string& name) {
    const auto record = registry::move_record(name);
    // an application, which has ended here
    if (record && record->phase == registry::MovePhase::gone && !registry::defined(name))
        return registry::forget_move(name);
    if (!record || record->phase != registry::MovePhase::copying || !record->active) return {};
    // memory is nobody's to keep; one that CRIU still writes goes with the next attempt
    (void)registry::forget_moving_state(name);
    const auto definition = registry::load(name);
    const bool ended = !definition && definition.error().kind == Kind::missing;
    if (ended || (definition && !definition->system())) return stay_application(name);
    if (record->boot != registry::boot_id()) return {};
    if (is_frozen(name)) return go_on(name);
    if (registry::alive(name).any()) return {};
    TRY(start_locked(TRY(definition), {.name = name}, {}).within("starting it again"));
    registry::record({registry::Severity::warning, "movewpar", name,
                      cat("not moved to ", printable(record->host), "; started again here")});
    return {};
}

Result<void> forget_ended_move(const std::string& name, const Observer& observer) {
    // one that came and ended before it ran: its token would be taken for the next one's of that name
    if (const auto token = registry::arrived_token(name); token && !registry::has_run(name, *token))
        TRY(registry::withdraw_arrived(name));
    const auto record = registry::move_record(name);
    if (!record) return {};
    if (record->phase != registry::MovePhase::copying)
        observer.tell_warning(
            cat("an earlier ", name, " was being moved to ", printable(record->host),
                " when it ended here, and may run there; nothing here asks for it any more, which "
                "movewpar --confirm ",
                name, " there tells that host"));
    return registry::forget_move(name);
}

}  // namespace partition
