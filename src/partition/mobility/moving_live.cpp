#include "checkpoint/criu_probe.h"
#include "partition/mobility/moving.h"
#include "registry/journal.h"

namespace partition::mobility {
namespace {

using Clock = std::chrono::steady_clock;

// To find what changed in a small system's files and to send it, as long as nobody has measured it.
constexpr auto usual_changes = std::chrono::milliseconds(150);

std::string shown(std::chrono::milliseconds time) { return cat(time.count(), " ms"); }

}  // namespace

std::chrono::milliseconds Moving::fixed_part() const {
    return time_of({.processes = wish_.weight.processes,
                    .bytes = wish_.weight.bytes,
                    .files = files_,
                    .check = check_});
}

// From what a probe of the link says, before anything is copied.
Result<void> Moving::foresee_what_runs() {
    const auto link = TRY(probe_link(remote_.stream(), observer_));
    constexpr int messages = 6;  // one after the other, while it stands still
    const auto begun = Clock::now();
    const auto criu = checkpoint::check_criu(checkpoint::find_criu());
    check_ = std::chrono::milliseconds(since(begun));
    wish_.tracks = criu.dirty_tracking;
    wish_.most_down = call_.most_down;
    files_ = link.there_and_back * messages;
    if (definition_.system()) files_ += usual_changes;
    // a probe is thrown away there, and memory is read here and written there
    pace_ = {link.bytes_per_second * 2 / 3, fixed_part()};
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

// With what is known by now of its files and the link.
Result<void> Moving::choose_way() {
    wish_.weight = TRY(live_weight(call_.name));
    pace_.fixed = fixed_part();
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

Result<void> Moving::send_what_runs() {
    const auto begun = Clock::now();
    const auto bytes = TRY(state_->send(observer_));
    tell_phase({"what runs", since(begun), bytes});
    return registry::pause_point();
}

}  // namespace partition::mobility
