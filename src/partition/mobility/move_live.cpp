#include "partition/mobility/move_live.h"

#include "os/dir.h"
#include "partition/group.h"
#include "partition/mobility/checkpoint.h"
#include "registry/journal.h"

namespace partition::mobility {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// "RssAnon:      1234 kB"
std::uint64_t kilobytes_in(std::string_view line) {
    const auto parts = words(line);
    return parts.size() == 3 ? to_number(parts[1]).value_or(0) : 0;
}

std::uint64_t memory_of(pid_t process) {
    const auto status = os::read_file(cat("/proc/", process, "/status"));
    std::uint64_t kilobytes = 0;
    if (!status) return 0;  // it has ended
    for (const auto& line : split(*status, '\n'))
        if (line.starts_with("RssAnon:") || line.starts_with("RssShmem:"))
            kilobytes += kilobytes_in(line);
    return kilobytes << 10;
}

milliseconds since(Clock::time_point begun) {
    return std::chrono::duration_cast<milliseconds>(Clock::now() - begun);
}

// What the rounds themselves say of the link is more than any probe does.
void learn(MovePace& pace, std::uint64_t bytes, milliseconds took) {
    constexpr std::uint64_t enough = std::uint64_t{4} << 20;
    if (bytes < enough || took.count() <= 0) return;
    pace.bytes_per_second = bytes * 1000 / static_cast<std::uint64_t>(took.count());
}

}  // namespace

Result<LiveWeight> live_weight(const std::string& name) {
    LiveWeight weight;
    for (const pid_t process : TRY(TRY(open_group(name)).processes())) {
        ++weight.processes;
        weight.bytes += memory_of(process);
    }
    return weight;
}

std::string_view word(MoveMethod method) {
    return method == MoveMethod::pre_copy ? "pre-copy" : "stop-and-copy";
}

LivePlan plan_live(const LiveWish& wish, const MovePace& pace) {
    constexpr auto short_stop = milliseconds(50);
    const auto at_once = predicted_down(wish.weight.bytes, pace);
    LivePlan plan{.down = at_once};
    const bool good = wish.most_down ? at_once <= *wish.most_down
                                     : time_on_link(wish.weight.bytes, pace) <= short_stop;
    if (good) return plan;
    if (wish.tracks) {
        plan.method = MoveMethod::pre_copy;
        plan.down = pace.fixed;
    }
    if (!wish.most_down || plan.down <= *wish.most_down) return plan;
    plan.fits = false;
    plan.why_not = cat("it would be down for about ", plan.down.count(), " ms (", word(plan.method),
                       "), and may be for ", wish.most_down->count(), " (--max-downtime)");
    plan.why_not += wish.tracks
                        ? "; allow more: that is what storing and building it again takes"
                        : "; allow more, take a faster link, or boot a kernel that notes which "
                          "pages are written (CONFIG_MEM_SOFT_DIRTY), so that memory can go "
                          "while it runs";
    return plan;
}

Result<void> LiveState::prepare() {
    rounds_.clear();
    return prepare_store(directory_);
}

// Its first process or another may end just when it is looked at: then nothing of the rounds is of use.
Result<bool> LiveState::send_round(MovePace& pace, const Observer& observer) {
    const auto begun = Clock::now();
    const auto stored =
        store_round(definition_.name(), directory_, static_cast<unsigned>(rounds_.size()) + 1);
    if (!stored) {
        observer.tell_warning(cat("memory could not be stored while it runs: ", stored.error().text,
                                  "; it follows when it stands still"));
        sender_.begin_again();
        TRY(prepare());
        return false;
    }
    TRY(registry::pause_point());
    rounds_.push_back({*stored, {}});
    const auto sending = Clock::now();
    learn(pace, TRY(sender_.send(observer)), since(sending));
    rounds_.back().lasted = since(begun);
    return true;
}

Result<MoveDecision> LiveState::send_rounds(
    MovePace& pace, std::optional<milliseconds> most_down, const Observer& observer,
    const std::function<Result<void>(const MoveRound&)>& told) {
    for (;;) {
        const auto decision = next_step(rounds_, pace, most_down);
        if (decision.step != MoveStep::round) return decision;
        if (!TRY(send_round(pace, observer))) {
            const auto bytes = TRY(live_weight(definition_.name())).bytes;
            const auto down = predicted_down(bytes, pace);
            const bool fits = !most_down || down <= *most_down;
            return MoveDecision{fits ? MoveStep::stop : MoveStep::give_up, bytes, down, true};
        }
        TRY(told(rounds_.back()));
    }
}

Result<Stood> LiveState::store() {
    return store_for_move({.definition = definition_,
                           .directory = directory_,
                           .rounds = static_cast<unsigned>(rounds_.size())});
}

}  // namespace partition::mobility
