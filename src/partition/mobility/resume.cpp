#include "partition/mobility/resume.h"

#include "partition/pause.h"
#include "partition/recover.h"
#include "partition/reverse.h"
#include "partition/script.h"
#include "partition/state.h"
#include "partition/stop.h"
#include "registry/events.h"
#include "registry/lock.h"
#include "registry/moves.h"
#include "registry/store.h"

namespace partition::mobility {
namespace {

using registry::State;

std::string remedy(const std::string& name, State state) {
    if (state == State::frozen) return cat("let it go on with corral thaw ", name);
    if (state == State::active)
        return cat("chkptwpar -p pauses it, stopwpar ", name, " and stopwpar -F ", name, " end it");
    if (state == State::loaded) return cat("end it with stopwpar ", name);
    return cat("start it with startwpar ", name);
}

Result<void> must_be_paused(const std::string& name) {
    TRY(registry::must_be_here(name));
    const auto state = held_state(name);
    if (state == State::paused) return {};
    return Error{Kind::busy, cat("Workload partition ", name, " is ", registry::word(state),
                                 ", not Paused; ", remedy(name, state))};
}

// An application that ends leaves nothing else to tell the host that it came from by that it was ours.
Result<void> mark_run(const std::string& name) {
    const auto token = registry::arrived_token(name);
    if (!token || TRY(registry::load_general(name)).system()) return {};
    return registry::save_has_run(name, *token);
}

Result<void> resume_locked(const ResumeCall& call, const Observer& observer) {
    TRY(mark_run(call.name));
    observer.tell(cat("Resuming workload partition '", call.name, "'."));
    TRY(journaled({call.name, registry::Lifetime::boot},
                  [&](registry::Journal& journal) -> Result<void> {
                      TRY(journal.will(reverse::resume(call.name)));
                      return go_on(call.name);
                  }));
    registry::record({registry::Severity::info, "resumewpar", call.name, "resumed"});
    return {};
}

// Or all that its processes have in memory would be lost.
Result<void> must_be_stored(const std::string& name) {
    if (is_stored(name)) return {};
    return Error{Kind::missing, cat("what was stored of workload partition ", name, " in '",
                                    printable(pause_record(name)->image),
                                    "' is not there any more; let it go on with resumewpar ", name,
                                    ", or end it all the same with stopwpar -F ", name)};
}

Result<void> kill_locked(const ResumeCall& call, const Observer& observer) {
    TRY(must_be_stored(call.name));
    const auto definition = TRY(registry::load(call.name));
    observer.tell(cat("Killing workload partition '", call.name, "'."));
    return end_locked(definition, {.command = "killwpar", .forced = true}, observer);
}

using Act = Result<void> (*)(const ResumeCall&, const Observer&);

Result<void> on_paused(const ResumeCall& call, const Manner& manner, std::string_view verb,
                       Act act) {
    begin_operation(manner);
    (void)TRY(registry::load(call.name));
    if (manner.dry_run) {
        TRY(must_be_paused(call.name));
        if (act == kill_locked) TRY(must_be_stored(call.name));
        manner.observer.tell(cat(verb, "wpar: would ", verb, " workload partition ", call.name,
                                 ", which is stored in ", pause_record(call.name)->image, "."));
        return {};
    }
    const auto lock = TRY(registry::AdminLock::take(
        {.name = call.name, .verb = std::string(verb), .patience = call.lock_patience}));
    TRY(recover(call.name, manner.observer));
    TRY(must_be_paused(call.name));
    return act(call, manner.observer);
}

}  // namespace

Result<void> resume(const ResumeCall& call, const Manner& manner) {
    return on_paused(call, manner, "resume", resume_locked);
}

Result<void> kill_paused(const ResumeCall& call, const Manner& manner) {
    return on_paused(call, manner, "kill", kill_locked);
}

}  // namespace partition::mobility
