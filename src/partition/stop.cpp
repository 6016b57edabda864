#include "partition/stop.h"

#include <signal.h>

#include "os/dir.h"
#include "os/interrupt.h"
#include "partition/halt.h"
#include "partition/pause.h"
#include "partition/recover.h"
#include "partition/release.h"
#include "partition/reverse.h"
#include "partition/script.h"
#include "partition/start.h"
#include "partition/state.h"
#include "partition/unrecorded.h"
#include "registry/events.h"
#include "registry/lock.h"
#include "registry/moves.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"
#include "session/keeper.h"
#include "session/stop_signal.h"

namespace partition {
namespace {

constexpr auto reap_patience = std::chrono::seconds(2);

// While this lives the keeper leaves the cleaning up to us; if we are killed it goes on by itself.
std::optional<session::KeeperLink> claim(const std::string& name) {
    const auto run = os::Dir::open(registry::paths::run(name));
    if (!run) return std::nullopt;
    auto link = session::KeeperLink::connect(*run);
    if (!link || !link->stopping()) return std::nullopt;  // no keeper: nobody to claim it from
    return std::move(*link);
}

Result<bool> wait_for(const RunningInit& init, const StopCall& call) {
    if (call.patience) return os::wait_end(init.pidfd.get(), *call.patience);
    return os::wait_end(init.pidfd.get(), std::chrono::hours(24 * 365));
}

Error too_slow(const StopCall& call) {
    return {Kind::busy,
            cat("Workload partition ", call.name, " did not halt within ", call.patience->count(),
                " seconds and is still shutting down; wait, or end it "
                "with stopwpar -F ",
                call.name)};
}

Result<void> wait_for_halt(const RunningInit& init, const StopCall& call) {
    const auto halted = wait_for(init, call);
    if (!halted && halted.error().kind == Kind::interrupted)
        return Error{Kind::interrupted,
                     cat("interrupted; workload partition ", call.name, " is still shutting down")};
    if (!halted) return halted.error();
    if (*halted || call.kind == StopKind::hard) return {};
    return too_slow(call);
}

Result<void> halt(const StopCall& call, bool system, const Observer& observer) {
    const auto init = running_init(call.name);
    if (!init) return {};
    if (call.kind == StopKind::forced)
        return os::signal(init->pidfd.get(), SIGKILL);  // and all of its processes
    if (!system) {
        TRY(ask_all_to_end(call.name, *init));
        TRY(os::signal(init->pidfd.get(), SIGTERM));
    } else if (call.kind == StopKind::hard) {
        TRY(ask_all_to_end(call.name, *init));
        TRY(ask_to_halt_at_once(call.name, *init));
    } else {
        TRY(ask_to_halt(call.name, *init));
    }
    if (system) observer.tell("stopwpar: 0960-242 Waiting for workload partition to halt.");
    return wait_for_halt(*init, call);
}

void announce(const StopCall& call, bool system, const Observer& observer) {
    observer.tell(cat("Stopping workload partition '", call.name, "'."));
    if (!system) return;
    observer.tell(cat("Stopping workload partition subsystem 'cor_", call.name, "'."));
    observer.tell(call.kind == StopKind::forced
                      ? cat("0513-044 The cor_", call.name, " Subsystem was requested to stop.")
                      : cat("0513-006 The Subsystem, cor_", call.name,
                            ", is currently stopping its execution."));
}

Result<void> release_journaled(const spec::Definition& definition, const Release& how) {
    auto done = journaled({definition.name(), registry::Lifetime::boot},
                          [&](registry::Journal& journal) -> Result<void> {
                              TRY(journal.will(reverse::release(definition)));
                              return release(traces_of(definition), how);
                          });
    // A full /run keeps nobody from stopping it. If we are killed now, the keeper's absence tells what is left.
    if (!done && done.error().kind == Kind::full) return release(traces_of(definition), how);
    return done;
}

// One that stands still hears nobody ask.
Result<void> make_run(const StopCall& call, const Observer& observer) {
    if (call.kind == StopKind::forced || !is_frozen(call.name)) return {};
    observer.tell(cat("Workload partition ", call.name, " is ",
                      registry::word(held_state(call.name)),
                      ": it goes on, so that it can shut down."));
    return go_on(call.name);
}

void describe(const StopCall& call, const Observer& observer) {
    observer.tell(cat("stopwpar: would stop workload partition ", call.name,
                      call.kind == StopKind::forced || is_stored(call.name)
                          ? " by killing its processes."
                      : call.kind == StopKind::hard ? " by asking all its processes to end."
                                                    : " by shutting it down."));
}

}  // namespace

Error not_active(const std::string& name) {
    return {Kind::busy, cat("Workload partition ", name, " is not active."), 0, "0960-254"};
}

Result<void> end_locked(const spec::Definition& definition, const Ending& how,
                        const Observer& observer) {
    const auto& name = definition.name();
    TRY(release_journaled(definition, {.forced = how.forced, .observer = observer}));
    if (!definition.system()) TRY(registry::erase(name));
    call_script(definition, {"WPARPOSTSTOP", how.forced}, observer);
    registry::record({registry::Severity::info, how.command, name,
                      how.command == "killwpar" ? "killed" : "stopped"});
    return {};
}

Result<void> stop_locked(const spec::Definition& definition, const StopCall& call,
                         const Observer& observer) {
    const bool system = definition.system();
    const bool forced = call.kind == StopKind::forced;
    // one that is stored nowhere any more is asked like all others
    const bool paused = is_paused(call.name) && (forced || is_stored(call.name));
    call_script(definition, {"WPARPRESTOP", forced}, observer);
    announce(call, system, observer);
    auto link = claim(call.name);
    if (paused) {
        // had it only a moment to run, it would not be any more what is stored
        observer.tell(cat("Workload partition ", call.name,
                          " is Paused: its processes end as they are stored."));
    } else {
        TRY(make_run(call, observer));
        TRY(halt(call, system, observer));
        // its parent is the one to bury init
        if (link && registry::recorded_init(call.name)) (void)link->wait_end(reap_patience);
    }
    return end_locked(definition, {.forced = forced}, observer);
}

Result<void> stop(const StopCall& call, const Manner& manner) {
    begin_operation(manner);
    TRY(registry::load(call.name));
    if (manner.dry_run) {
        if (!registry::alive(call.name).any()) return not_active(call.name);
        describe(call, manner.observer);
        return {};
    }
    const auto lock = TRY(registry::AdminLock::take(
        {.name = call.name, .verb = "stop", .patience = call.lock_patience}));
    const auto definition = TRY(registry::load(call.name));  // who held it may have changed it
    if (call.kind != StopKind::forced) TRY(registry::must_be_here(call.name));
    // by force it ends all the same: what cannot be recovered while it runs, perhaps can be afterwards
    auto recovered = recover(call.name, manner.observer);
    if (!recovered && (call.kind != StopKind::forced || !registry::alive(call.name).any()))
        return recovered;
    if (!registry::alive(call.name).any()) {
        if (call.kind != StopKind::forced) TRY(must_be_recorded(call.name));
        if (!runs_unrecorded(call.name)) return not_active(call.name);
    }
    auto stopped = stop_locked(definition, call, manner.observer);
    if (stopped && !recovered) return recover(call.name, manner.observer);
    return stopped;
}

namespace {

Result<void> clean_up_after(const EndedCall& call, const Observer& observer) {
    TRY(recover(call.name,
                observer));  // the start or the stop that it belongs to may have been killed
    const auto definition = registry::load(call.name);
    if (!definition) return {};
    call_script(*definition, {"WPARPOSTSTOP", false}, observer);
    registry::record({registry::Severity::info, "init", call.name,
                      call.reboot ? "rebooted from inside" : "ended from inside"});
    return {};
}

}  // namespace

Result<void> ended(const EndedCall& call, const Observer& observer) {
    {
        const auto lock = TRY(registry::AdminLock::take(
            {.name = call.name, .verb = "stop", .patience = std::chrono::seconds(60)}));
        if (registry::alive(call.name).any()) return {};  // started again meanwhile
        // somebody else may have cleaned up meanwhile; a reboot is a start all the same
        if (os::exists(registry::paths::run(call.name))) TRY(clean_up_after(call, observer));
    }
    if (!call.reboot || !registry::defined(call.name)) return {};
    // the keeper left it held: systemd sent it while the WPAR was on its way to its next start
    if (session::stop_signal_is_pending()) return {};
    return start({.name = call.name}, {.observer = observer});
}

}  // namespace partition
