#include "partition/move.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "checkpoint/criu_probe.h"
#include "os/dir.h"
#include "os/process.h"
#include "partition/backup_source.h"
#include "partition/backup_tree.h"
#include "partition/blockers_now.h"
#include "partition/move_leave.h"
#include "partition/move_live.h"
#include "partition/move_talk.h"
#include "partition/prepare.h"
#include "partition/recover.h"
#include "partition/reverse.h"
#include "partition/save.h"
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

namespace partition {
namespace {

using registry::MovePhase;
using wire::Message;
using Clock = std::chrono::steady_clock;

std::int64_t since(Clock::time_point begun) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun).count();
}

// To find what changed in a small system's files and to send it, as long as nobody has measured it.
constexpr auto usual_changes = std::chrono::milliseconds(150);

// What its files take on disk; of volumes nobody knows before they are read.
std::uint64_t bytes_of(const spec::Definition& definition) {
    const auto said = os::run({.arguments = {"du", "-scx", "--block-size=1", definition.directory(),
                                             registry::paths::images(definition.name())}});
    if (!said) return 0;
    std::uint64_t total = 0;
    for (const auto& line : split(said->output, '\n'))
        if (const auto parts = words(line); parts.size() == 2 && parts[1] == "total")
            total = to_number(parts[0]).value_or(0);
    return total;
}

std::string shown(std::chrono::milliseconds time) { return cat(time.count(), " ms"); }

class Moving {
  public:
    Moving(const MoveCall& call, const Manner& manner, wire::Remote remote)
        : call_(call), observer_(manner.observer), remote_(std::move(remote)) {}

    Result<Moved> foresee(const spec::Definition& definition);
    Result<Moved> run(const spec::Definition& definition);

  private:
    Result<void> examine();
    Result<void> examine_what_runs();
    Result<void> foresee_what_runs();
    Result<void> choose_way();
    Result<void> send_rounds();
    Result<void> stop_here();
    Result<void> store_what_runs();
    Result<void> send_what_runs();
    bool live() const { return record_.active && !call_.stop; }
    Result<void> copy();
    Result<void> copy_base(const std::string& path);
    Result<void> restore_there();
    Result<void> send_changes();
    Result<void> switch_over();
    Result<void> hand_over();
    Result<void> end_here();
    Result<std::string> save_copy(const std::string& path);
    Result<Sent> send(const std::string& path, bool first);
    Result<Message> await(std::string_view verb) {
        return partition::await(remote_.stream(), verb, observer_);
    }
    Result<void> ask(const Message& message) { return remote_.stream().send(message); }
    Observer quiet() const {
        auto silent = observer_;
        silent.say = {};
        return silent;
    }
    void tell_phase(MovePhaseTime phase);
    Message about(std::string_view verb) const;

    const MoveCall& call_;
    const Observer& observer_;
    wire::Remote remote_;
    spec::Definition definition_ = {};
    registry::MoveRecord record_ = {};
    Moved moved_ = {};
    std::string folder_ = {};
    std::string newest_ = {};  // the copy that the next one adds to
    std::string digest_ = {};  // of it
    unsigned copies_ = 0;
    bool renewed_ = false;  // the first copy was made just now
    bool synchronize_ = false;
    Clock::time_point stopped_ = {};
    LiveWish wish_ = {};
    MovePace pace_ = {};
    std::chrono::milliseconds files_ = {};  // that the last changes took
    MoveMethod method_ = MoveMethod::stop_and_copy;
    std::optional<LiveState> state_ = {};
};

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
             {"trust", call_.trust ? "yes" : "no"},
             {"devices", write_devices(call_.devices)},
             {"idbase", cat(definition_.general.idbase)}}};
}

Result<void> Moving::examine() {
    MoveWish wish{.definition = definition_, .bytes = bytes_of(definition_)};
    wish.live = registry::alive(call_.name).init && !call_.stop;
    if (wish.live) wish_.weight = TRY(live_weight(call_.name));
    wish.memory = wish_.weight.bytes;
    wish.shares_software = !definition_.own_userland() && !is_private(definition_, "/usr");
    auto asked = about("examine");
    asked.values["definition"] = spec::write_specification(definition_);
    asked.values["bytes"] = cat(wish.bytes);
    TRY(ask(asked));
    const auto there = parse_facts(TRY(await("facts")));
    const auto here = gather_facts();
    synchronize_ = wish.shares_software && there.packages != here.packages;
    moved_.findings = judge_move(wish, here, there);
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
                {true, cat(checkpoint::shown(one), "; or -s stops it here and starts it there")});
    return {};
}

// From what a probe of the link says, before anything is copied.
Result<void> Moving::foresee_what_runs() {
    const auto link = TRY(probe_link(remote_.stream(), observer_));
    constexpr int messages = 6;  // one after the other, while it stands still
    const auto criu = checkpoint::check_criu(checkpoint::find_criu());
    wish_.tracks = criu.dirty_tracking;
    wish_.most_down = call_.most_down;
    files_ = link.there_and_back * messages + usual_changes;
    pace_ = {link.bytes_per_second, fixed_part(wish_.weight.processes, wish_.weight.bytes, files_)};
    const auto plan = plan_live(wish_, pace_);
    moved_.method = word(plan.method);
    moved_.predicted = plan.down.count();
    if (!plan.fits)
        moved_.findings.insert(moved_.findings.begin(), {true, plan.why_not});
    else
        moved_.findings.push_back(
            {false, cat(word(plan.method), ", down for about ", shown(plan.down),
                        plan.method == MoveMethod::pre_copy ? " and what it writes meanwhile" : "",
                        ": ", wish_.weight.processes, " processes with ", wish_.weight.bytes >> 20,
                        " MB, over a link of ", link.bytes_per_second >> 20, " MB/s")});
    return {};
}

Result<Moved> Moving::foresee(const spec::Definition& definition) {
    definition_ = definition;
    const auto examined = examine();
    if (!examined) return remote_.explained(examined.error());
    return std::move(moved_);
}

// Its digest; the copy is compressed, and of what the WPAR is at that time.
Result<std::string> Moving::save_copy(const std::string& path) {
    auto silent = quiet();
    silent.warn = {};  // what is written to while it is read is read once more
    TRY(save_locked({.name = call_.name, .output = path, .since = newest_}, definition_,
                    {.observer = silent}));
    newest_ = path;
    return TRY(open_backup(path)).said.digest;
}

Result<Sent> Moving::send(const std::string& path, bool first) {
    return send_file(remote_.stream(), {path, digest_, first}, observer_);
}

// One that a cut link left is sent on; what has changed since follows it.
Result<void> Moving::copy_base(const std::string& path) {
    if (os::exists(path)) {
        const auto old = open_backup(path);
        if (old && old->record.uuid == definition_.general.uuid && old->record.base.empty()) {
            newest_ = path;
            digest_ = old->said.digest;
            return {};
        }
    }
    digest_ = TRY(save_copy(path));
    renewed_ = true;
    return {};
}

Result<void> Moving::copy() {
    const auto begun = Clock::now();
    folder_ = TRY(registry::move_folder(call_.name));
    const auto path = cat(folder_, "/first.bak");
    TRY(copy_base(path));
    TRY(registry::pause_point());
    TRY(ask(about("copy")));
    const auto sent = TRY(send(path, true));
    if (sent.bytes < sent.size)
        observer_.tell(cat("movewpar: ", sent.size - sent.bytes, " of ", sent.size,
                           " bytes were there already"));
    tell_phase({"copied", since(begun), sent.bytes});
    return registry::pause_point();
}

Result<void> Moving::restore_there() {
    const auto begun = Clock::now();
    auto asked = about("restore");
    asked.values["digest"] = digest_;
    asked.values["start"] = record_.active ? "yes" : "no";
    asked.values["synchronize"] = synchronize_ ? "yes" : "no";
    TRY(ask(asked));
    (void)TRY(await("restored"));
    tell_phase({"unpacked there", since(begun)});
    return registry::pause_point();
}

Result<void> Moving::send_changes() {
    const auto begun = Clock::now();
    const auto path = cat(folder_, "/", ++copies_, ".bak");
    digest_ = TRY(save_copy(path));
    const auto sent = TRY(send(path, false));
    auto asked = about("add");
    asked.values["digest"] = digest_;
    TRY(ask(asked));
    (void)TRY(await("added"));
    files_ = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
    tell_phase({"what changed", since(begun), sent.bytes});
    return registry::pause_point();
}

// With what is known by now of its files and the link.
Result<void> Moving::choose_way() {
    wish_.weight = TRY(live_weight(call_.name));
    pace_.fixed = fixed_part(wish_.weight.processes, wish_.weight.bytes, files_);
    const auto plan = plan_live(wish_, pace_);
    if (!plan.fits) return Error{Kind::busy, plan.why_not};
    method_ = plan.method;
    moved_.method = word(method_);
    moved_.predicted = plan.down.count();
    const auto place = TRY(place_for_state(call_.name, wish_.weight.bytes));
    state_.emplace(definition_, place, wish_.weight.bytes, remote_.stream());
    TRY(state_->prepare());
    if (method_ == MoveMethod::pre_copy) TRY(send_rounds());
    observer_.tell(
        cat("movewpar: ", moved_.method, ": it will be down for about ", *moved_.predicted, " ms"));
    return registry::pause_point();
}

Result<void> Moving::send_rounds() {
    unsigned number = 0;
    const auto decision = TRY(state_->send_rounds(
        pace_, call_.most_down, observer_, [&](const MoveRound& round) -> Result<void> {
            tell_phase(
                {cat("round ", ++number, " of its memory"), round.lasted.count(), round.bytes});
            return registry::pause_point();
        }));
    moved_.predicted = decision.down.count();
    if (decision.step != MoveStep::give_up) return {};
    return Error{
        Kind::busy,
        cat("it would be down for about ", shown(decision.down), ", and may be for ",
            shown(*call_.most_down), " (--max-downtime): it writes so fast that ",
            decision.rest >> 20, " MB are left after each round, on a link of ",
            pace_.bytes_per_second >> 20, " MB/s; move it when it writes less, or allow more")};
}

Result<void> Moving::store_what_runs() {
    const auto begun = Clock::now();
    stopped_ = TRY(state_->store()).since;
    tell_phase({"stored", since(begun)});
    return registry::pause_point();
}

Result<void> Moving::stop_here() {
    if (live()) return store_what_runs();
    stopped_ = Clock::now();
    TRY(stop_locked(definition_, {.name = call_.name}, observer_));
    tell_phase({"stopped", since(stopped_)});
    return registry::pause_point();
}

Result<void> Moving::send_what_runs() {
    const auto begun = Clock::now();
    const auto bytes = TRY(state_->send(observer_));
    tell_phase({"what runs", since(begun), bytes});
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
    (void)TRY(await("prepared"));
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
    // it goes on there, and here its addresses are still answered for
    if (registry::alive(call_.name).any())
        TRY(end_locked(definition_, {.command = "movewpar", .forced = true}, quiet()));
    return {};
}

Result<void> Moving::end_here() {
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
                                   "; start it there with startwpar ", call_.name));
    }
    if (!call_.keep) TRY(remove_gone(definition_, observer_));
    const auto forgotten = [&]() -> Result<void> {
        TRY(ask(about("forget")));
        (void)TRY(await("forgotten"));
        return {};
    }();
    if (!forgotten) observer_.tell_detail(forgotten.error().text);  // a small file stays there
    return {};
}

Result<Moved> Moving::run(const spec::Definition& definition) {
    definition_ = definition;
    record_ = {.token = TRY(new_uuid()),
               .host = call_.to.host,
               .command = call_.to.command,
               .active = registry::alive(call_.name).any(),
               .boot = registry::boot_id()};
    const auto moved = [&]() -> Result<void> {
        TRY(examine());
        TRY(must_be_movable(moved_, call_.to.host));
        TRY(copy());
        TRY(registry::save_move(call_.name, record_));
        stopped_ = Clock::now();
        TRY(restore_there());
        return journaled({.name = call_.name}, [&](registry::Journal& journal) -> Result<void> {
            TRY(journal.will(reverse::stay(call_.name)));
            return switch_over();
        });
    }();
    if (!moved) return remote_.explained(moved.error());
    registry::record({registry::Severity::info, "movewpar", call_.name,
                      cat("moved to ", printable(call_.to.host))});
    TRY(end_here());
    return std::move(moved_);
}

}  // namespace

Result<Moved> move(const MoveCall& call, const Manner& manner) {
    begin_operation(manner);
    TRY(wire::check_destination(call.to));
    (void)TRY(load_to_back_up(call.name));
    TRY(registry::must_be_here(call.name));
    Moving moving(call, manner, TRY(wire::Remote::connect(call.to)));
    if (manner.dry_run) return moving.foresee(TRY(load_to_back_up(call.name)));
    const auto lock = TRY(registry::AdminLock::take({.name = call.name, .verb = "move"}));
    TRY(recover(call.name, manner.observer));
    TRY(registry::must_be_here(call.name));
    return moving.run(TRY(load_to_back_up(call.name)));
}

}  // namespace partition
