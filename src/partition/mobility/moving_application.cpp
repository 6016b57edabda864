// The steps of an application WPAR's move that are not those of a system WPAR's: nothing of it lies on disk.
#include "partition/mobility/move_application.h"
#include "partition/mobility/moving.h"
#include "registry/journal.h"

namespace partition::mobility {

using Clock = std::chrono::steady_clock;

Result<void> Moving::look_at_used() {
    const auto begun = Clock::now();
    for (auto& finding : TRY(judge_used_files(remote_.stream(), definition_, observer_)))
        moved_.findings.push_back(std::move(finding));
    moved_.findings.push_back(
        {false, "files of the global environment that it opens later are the other host's"});
    observer_.tell_detail(cat("movewpar: looked at its files in ", since(begun), " ms"));
    return {};
}

Result<void> Moving::announce_application() {
    TRY(registry::save_move(call_.name, record_));
    TRY(registry::pause_point());
    TRY(ask(about("application")));
    (void)TRY(await("restored"));
    return registry::pause_point();
}

}  // namespace partition::mobility
