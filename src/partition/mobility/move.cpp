#include "partition/mobility/move.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "partition/blockers_now.h"
#include "partition/mobility/move_application.h"
#include "partition/mobility/move_leave.h"
#include "partition/mobility/moving.h"
#include "partition/prepare.h"
#include "partition/recover.h"
#include "partition/reverse.h"
#include "partition/state.h"
#include "partition/stop.h"
#include "partition/storage.h"
#include "registry/events.h"
#include "registry/journal.h"
#include "registry/lock.h"
#include "registry/moves.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"
#include "spec/file.h"

namespace partition::mobility {

using registry::MovePhase;
using wire::Message;
using Clock = std::chrono::steady_clock;

std::int64_t Moving::since(Clock::time_point begun) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun).count();
}

void Moving::tell_phase(MovePhaseTime phase) {
    auto line = cat("movewpar: ", phase.what, ": ", phase.milliseconds, " ms");
    if (phase.bytes > 0) line += cat(", ", phase.bytes, " bytes");
    observer_.tell(line);
    moved_.phases.push_back(std::move(phase));
}

Message Moving::about(std::string_view verb) const {
    return {std::string(verb),
            {{"name", call_.name},
             {"token", record_.token},
             {"active", registry::alive(call_.name).any() ? "yes" : "no"},
             {"live", live() ? "yes" : "no"},
             {"application", definition_.system() ? "no" : "yes"},
             {"trust", call_.trust ? "yes" : "no"},
             {"devices", write_devices(call_.devices)},
             {"idbase", cat(definition_.general.idbase)}}};
}

Result<void> Moving::examine() {
    const bool system = definition_.system();
    MoveWish wish{.definition = definition_, .bytes = system ? bytes_of_files(definition_) : 0};
    wish.live = wants_to_go_on();
    if (wish.live) wish_.weight = TRY(live_weight(call_.name));
    wish.memory = wish_.weight.bytes;
    wish.shares_software =
        system && !definition_.own_userland() && !is_private(definition_, "/usr");
    auto asked = about("examine");
    asked.values["definition"] =
        system ? spec::write_specification(definition_) : spec::write(definition_);
    asked.values["bytes"] = cat(wish.bytes);
    TRY(ask(asked));
    const auto there = parse_facts(TRY(await("facts")));
    const auto here = gather_facts();
    synchronize_ = wish.shares_software && there.packages != here.packages;
    moved_.findings = judge_move(wish, here, there);
    TRY(system ? look_at_shared() : look_at_used());
    const auto state = held_state(call_.name);
    if (state == registry::State::frozen || state == registry::State::paused)
        moved_.findings.insert(
            moved_.findings.begin(),
            {true, cat("it is ", registry::word(state), "; ",
                       state == registry::State::paused ? "resumewpar " : "corral thaw ",
                       call_.name, " lets it go on")});
    else if (wish.live)
        TRY(examine_what_runs());
    if (wish.live) TRY(foresee_what_runs());
    moved_.movable = std::none_of(moved_.findings.begin(), moved_.findings.end(),
                                  [](const MoveFinding& finding) { return finding.stops; });
    return {};
}

Result<void> Moving::examine_what_runs() {
    for (const auto& one : TRY(blockers_now(call_.name)))
        if (!one.passing)
            moved_.findings.insert(
                moved_.findings.begin(),
                {true,
                 cat(checkpoint::shown(one),
                     definition_.system() ? "; or -s stops it here and starts it there" : "")});
    return {};
}

Result<Moved> Moving::foresee(const spec::Definition& definition) {
    definition_ = definition;
    const auto examined = examine();
    if (!examined) return remote_.explained(examined.error());
    return std::move(moved_);
}

Result<void> Moving::copy_all() {
    TRY(copy());
    TRY(registry::save_move(call_.name, record_));
    stopped_ = Clock::now();
    return restore_there();
}

Result<void> Moving::stop_here() {
    if (live()) return store_what_runs();
    stopped_ = Clock::now();
    TRY(stop_locked(definition_, {.name = call_.name}, observer_));
    tell_phase({"stopped", since(stopped_)});
    return registry::pause_point();
}

// The last steps in which it is ours; a failure makes it go on here.
Result<void> Moving::switch_over() {
    if (record_.active) {
        // the less is left for when it stands, and it is known how long that takes
        if (since(stopped_) > 2000 || call_.most_down) TRY(send_changes());
        if (live()) TRY(choose_way());
        TRY(stop_here());
    }
    if (record_.active || !renewed_) TRY(send_changes());
    if (live()) TRY(send_what_runs());
    const auto begun = Clock::now();
    TRY(ask(about("finish")));
    output_ = printable(TRY(await("prepared")).value("output"));
    tell_phase({"on disk there", since(begun)});
    TRY(registry::pause_point());
    record_.phase = MovePhase::asked;
    TRY(registry::save_move(call_.name, record_));
    TRY(registry::pause_point());
    return hand_over();
}

// Once it was asked to take it, the other host alone knows whose it is.
Result<void> Moving::hand_over() {
    const auto begun = Clock::now();
    const auto handed = [&]() -> Result<void> {
        TRY(ask(about("commit")));
        (void)TRY(await("owned"));
        return {};
    }();
    if (!handed) {
        const auto failure = remote_.explained(handed.error());
        const auto ours = is_ours_again(call_.name, observer_);
        if (!ours) return failure.within(ours.error().text);
        if (*ours) return failure;
    }
    TRY(registry::pause_point());
    record_.phase = MovePhase::gone;
    TRY(registry::save_move(call_.name, record_));
    tell_phase({"taken over there", since(begun)});
    moved_.moved = true;
    waiting_ = waiting_for(definition_);
    // it goes on there, and here its addresses are still answered for
    if (registry::alive(call_.name).any())
        TRY(end_locked(definition_, {.command = "movewpar", .forced = true}, quiet()));
    return {};
}

Result<void> Moving::end_here() {
    registry::record({registry::Severity::info, "movewpar", call_.name,
                      cat("moved to ", printable(call_.to.host))});
    const auto begun = Clock::now();
    auto started = [&]() -> Result<void> {
        const auto said = await("started");
        if (said) return {};
        // the link alone may have failed: it is asked for over another one
        return said.error().kind == Kind::missing ? start_there(call_.name, observer_)
                                                  : Result<void>(said.error());
    }();
    if (record_.active && started) tell_phase({"started there", since(begun)});
    if (record_.active) moved_.down = since(stopped_);
    if (!started) {
        observer_.tell_warning(cat(call_.name, " is on ", call_.to.host, " now, but whether it ",
                                   "has started there is not known: ", started.error().text,
                                   definition_.system() ? "; start it there with startwpar "
                                                        : "; let it go on there with resumewpar ",
                                   call_.name));
    }
    if (!output_.empty())
        observer_.tell(cat("movewpar: what it says goes to '", output_, "' there"));
    let_end(waiting_);
    TRY(registry::forget_moving_state(call_.name));
    // nothing here asks for it again
    const auto forgotten = [&]() -> Result<void> {
        TRY(ask(about("forget")));
        (void)TRY(await("forgotten"));
        return {};
    }();
    if (!forgotten) tell_settled(call_.name, record_, observer_);
    if (!definition_.system()) return registry::forget_move(call_.name);
    return call_.keep ? Result<void>() : remove_gone(definition_, observer_);
}

Result<Moved> Moving::run(const spec::Definition& definition) {
    definition_ = definition;
    record_ = {.token = TRY(new_uuid()),
               .host = call_.to.host,
               .command = call_.to.command,
               .active = registry::alive(call_.name).any(),
               .system = definition_.system(),
               .boot = registry::boot_id()};
    const auto moved = [&]() -> Result<void> {
        TRY(examine());
        TRY(must_be_movable(moved_, call_.to.host));
        if (definition_.system()) TRY(copy_all());
        return journaled({.name = call_.name}, [&](registry::Journal& journal) -> Result<void> {
            TRY(journal.will(reverse::stay(call_.name)));
            if (!definition_.system()) TRY(announce_application());
            TRY(switch_over());
            // no definition tells later that something of it is left
            return definition_.system() ? Result<void>() : end_here();
        });
    }();
    if (!moved) return remote_.explained(moved.error());
    if (definition_.system()) TRY(end_here());
    return std::move(moved_);
}

Result<Moved> move(const MoveCall& call, const Manner& manner) {
    begin_operation(manner);
    TRY(wire::check_destination(call.to));
    (void)TRY(load_to_move(call));
    TRY(registry::must_be_here(call.name));
    TRY(registry::must_be_settled(call.name));
    Moving moving(call, manner, TRY(wire::Remote::connect(call.to)));
    if (manner.dry_run) return moving.foresee(TRY(load_to_move(call)));
    const auto lock = TRY(registry::AdminLock::take({.name = call.name, .verb = "move"}));
    TRY(recover(call.name, manner.observer));
    TRY(registry::must_be_here(call.name));
    TRY(registry::must_be_settled(call.name));
    return moving.run(TRY(load_to_move(call)));
}

}  // namespace partition::mobility
