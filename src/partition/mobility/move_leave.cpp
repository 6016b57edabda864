#include "partition/mobility/move_leave.h"

#include <poll.h>

#include "partition/mobility/move_application.h"
#include "partition/mobility/move_talk.h"
#include "partition/pause.h"
#include "partition/recover.h"
#include "partition/removal.h"
#include "partition/reverse.h"
#include "partition/start.h"
#include "partition/state.h"
#include "partition/stop.h"
#include "registry/events.h"
#include "registry/lock.h"
#include "registry/moves.h"
#include "registry/state.h"
#include "registry/store.h"
#include "spec/check.h"
#include "wire/remote.h"

namespace partition::mobility {
namespace {

using registry::MovePhase;
using registry::MoveRecord;

struct Question {
    std::string_view verb;
    std::string_view answer;
};
Result<wire::Message> put(const Question& question, const std::string& name,
                          const MoveRecord& record, const Observer& observer) {
    auto remote = TRY(wire::Remote::connect({record.host, record.command}));
    auto answered = [&]() -> Result<wire::Message> {
        TRY(remote.stream().send(
            {std::string(question.verb), {{"name", name}, {"token", record.token}}}));
        return await(remote.stream(), question.answer, observer);
    }();
    if (!answered) return remote.explained(answered.error());
    return answered;
}

Result<bool> ask_once(const std::string& name, const MoveRecord& record, const Observer& observer) {
    const auto answer = TRY(put({"outcome", "outcome"}, name, record, observer));
    return answer.value("owner") == "yes";
}

Error undecided(const std::string& name, const MoveRecord& record, const Error& why) {
    return {Kind::busy,
            cat("whether ", printable(record.host), " has taken ", name, " is not known (",
                why.text, "); it is not started here until movewpar --resolve ", name,
                " has asked that host, or --confirm or --abort says what you know")};
}

// A host that was cut off for a moment is asked again before a person has to.
Result<bool> ask(const std::string& name, const MoveRecord& record, const Observer& observer) {
    constexpr int tries = 3;
    constexpr int pause = 1000;
    auto answer = ask_once(name, record, observer);
    for (int left = tries - 1; left > 0 && !answer; --left) {
        (void)::poll(nullptr, 0, pause);
        answer = ask_once(name, record, observer);
    }
    if (!answer) return undecided(name, record, answer.error());
    return answer;
}

Result<void> take_back(const std::string& name, MoveRecord record, const Observer& observer) {
    record.phase = MovePhase::copying;
    TRY(registry::save_move(name, record));
    const bool again = record.active && record.boot == registry::boot_id();
    registry::record({registry::Severity::warning, "movewpar", name,
                      cat("not moved to ", printable(record.host))});
    observer.tell(
        cat("movewpar: ", name, " is not on ", printable(record.host), "; it stays here"));
    if (again && is_frozen(name)) TRY(go_on(name));
    const auto definition = TRY(registry::load(name));
    if (again && !registry::alive(name).any() && definition.system())
        TRY(start_locked(definition, {.name = name}, observer));
    return registry::forget_move(name);
}

Result<void> let_go(const std::string& name, MoveRecord record, bool asked,
                    const Observer& observer) {
    record.phase = MovePhase::gone;
    TRY(registry::save_move(name, record));
    observer.tell(cat("movewpar: ", name, " is on ", printable(record.host)));
    if (asked) TRY(start_there(name, observer));
    return remove_gone(TRY(registry::load(name)), observer);
}

// On the host that it came to: a person's word that the other one will not ask any more.
Result<void> settle_arrival(const std::string& name, const Observer& observer) {
    TRY(registry::forget_arrival(name));
    observer.tell(cat("movewpar: ", name, registry::defined(name) ? " is here" : " has ended here",
                      ", and no host is to ask for it any more"));
    return {};
}

}  // namespace

Result<void> must_be_movable(const Moved& moved, const std::string& host) {
    if (moved.movable) return {};
    std::string text = cat("it cannot move to ", host, ":");
    for (const auto& finding : moved.findings)
        if (finding.stops) text += cat("\n  ", finding.text);
    return Error{Kind::busy, text};
}

Result<bool> is_ours_again(const std::string& name, const Observer& observer) {
    auto record = registry::move_record(name);
    if (!record || record->phase == MovePhase::copying) return true;
    const bool theirs = TRY(ask(name, *record, observer));
    record->phase = theirs ? MovePhase::gone : MovePhase::copying;
    TRY(registry::save_move(name, *record));
    return !theirs;
}

Result<void> start_there(const std::string& name, const Observer& observer) {
    const auto record = registry::move_record(name);
    if (!record || !record->active) return {};
    (void)TRY(put({"start", "started"}, name, *record, observer));
    return {};
}

void tell_settled(const std::string& name, const registry::MoveRecord& record,
                  const Observer& observer) {
    const auto told = put({"forget", "forgotten"}, name, record, observer);
    if (told) return;
    observer.tell_warning(cat(printable(record.host), " does not know that ", name,
                              " is not asked for from here any more: ", told.error().text,
                              "; movewpar --confirm ", name, " there tells it"));
}

Result<void> remove_gone(const spec::Definition& definition, const Observer& observer) {
    Observer quiet = observer;
    quiet.say = observer.detail;
    const auto waiting = waiting_for(definition);
    if (registry::alive(definition.name()).any())
        TRY(end_locked(definition, {.command = "movewpar", .forced = true}, quiet));
    let_end(waiting);
    TRY(journaled({.name = definition.name()}, [&](registry::Journal& journal) -> Result<void> {
        TRY(journal.will(reverse::finish_removal(definition, false)));
        return finish_removal(definition, {.observer = quiet});
    }));
    observer.tell(cat("movewpar: ", definition.name(), " is removed here"));
    return {};
}

namespace {

// One that was made under its name since then is another.
Result<bool> has_ended(const std::string& name) {
    if (!registry::defined(name)) return true;
    const auto record = registry::move_record(name);
    if (!record || !record->system) return false;
    return TRY(registry::load_general(name)).system() != *record->system;
}

// What was left of it here has gone with its end.
Result<void> settle_ended(const std::string& name, Settle how, const Observer& observer) {
    const auto record = registry::move_record(name);
    if (!record) return registry::no_such(name);
    const bool asks = how == Settle::ask && record->phase == MovePhase::asked;
    const bool theirs = asks ? TRY(ask(name, *record, observer)) : how != Settle::abort;
    if (asks && theirs) TRY(start_there(name, observer));
    observer.tell(cat("movewpar: ", name, " has ended here",
                      theirs ? cat("; it was moved to ", printable(record->host)) : ""));
    return registry::forget_move(name);
}

}  // namespace

Result<void> settle_move(const std::string& name, Settle how, const Manner& manner) {
    begin_operation(manner);
    TRY(spec::check_name(name));
    const auto came = [&] { return how == Settle::confirm && registry::arrived_token(name); };
    if (!registry::move_record(name) && !came()) (void)TRY(registry::load(name));
    const auto lock = TRY(registry::AdminLock::take({.name = name, .verb = "move"}));
    TRY(recover(name, manner.observer));
    const auto record = registry::move_record(name);
    if (!record && came()) return settle_arrival(name, manner.observer);
    if (TRY(has_ended(name))) return settle_ended(name, how, manner.observer);
    if (!record && how != Settle::abort)
        return Error{Kind::invalid, cat("no move of ", name, " is to be settled")};
    if (!record) return registry::forget_move(name);
    bool theirs = how == Settle::confirm;
    if (how == Settle::ask)
        theirs = record->phase == MovePhase::gone ||
                 (record->phase == MovePhase::asked && TRY(ask(name, *record, manner.observer)));
    if (how == Settle::confirm && record->phase == MovePhase::copying)
        return Error{Kind::invalid,
                     cat("the move of ", name, " was never handed over; it is here")};
    if (!theirs) return take_back(name, *record, manner.observer);
    const bool asks = how == Settle::ask;  // else that host may be lost
    TRY(let_go(name, *record, asks && record->phase == MovePhase::asked, manner.observer));
    if (asks) tell_settled(name, *record, manner.observer);
    return {};
}

}  // namespace partition::mobility
