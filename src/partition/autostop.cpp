#include "partition/autostop.h"

#include "os/interrupt.h"
#include "partition/group.h"
#include "partition/parallel.h"
#include "partition/stop.h"
#include "partition/unrecorded.h"
#include "registry/events.h"
#include "registry/lock.h"
#include "registry/state.h"
#include "registry/store.h"

namespace partition {
namespace {

using Clock = Parallel::Clock;
constexpr auto forcing_patience = std::chrono::seconds(20);
constexpr auto death_patience = std::chrono::seconds(5);
constexpr std::size_t at_once = 256;  // they mostly wait; each takes two of our 1024 descriptors

struct Summary {
    unsigned halted = 0;
    unsigned forced = 0;
    std::vector<std::string> failed = {};
};

// One that somebody starts or reboots now will run when he is done.
bool runs(const std::string& name) {
    return registry::alive(name).any() || registry::holder(name) || runs_unrecorded(name);
}

Result<std::vector<std::string>> active_names() {
    auto names = TRY(registry::names());
    std::erase_if(names, [](const std::string& name) { return !runs(name); });
    return names;
}

// Nothing is wrong with one that ended by itself or was removed meanwhile.
Result<void> unless_ended(const std::string& name, const Result<void>& done) {
    const bool gone = !done && (done.error().id == not_active({}).id || !registry::defined(name));
    return gone ? Result<void>() : done;
}

Result<void> kill_processes(const std::string& name) {
    const auto group = TRY(open_group(name));
    TRY(group.kill());
    (void)TRY(group.wait_empty(death_patience));
    return {};
}

// What holds its lock does not mind: its processes must not outlive the global environment.
Result<void> stop_by_force(const std::string& name) {
    auto done = unless_ended(name, stop({.name = name, .kind = StopKind::forced}, {}));
    if (!done) (void)kill_processes(name);  // the reason why it was not stopped matters more
    return done;
}

// Returns those that have to be forced.
Result<std::vector<std::string>> ask_to_stop(std::vector<std::string> names,
                                             const StopAllCall& call, Summary& summary,
                                             const Observer& observer) {
    std::vector<std::string> failed;
    Parallel stops;
    stops.names = std::move(names);
    stops.work = stop_in_order;
    stops.at_once = at_once;
    stops.until = Clock::now() + call.patience;
    stops.ended = [&](const std::string& name, const Result<void>& done) {
        if (!done) {
            observer.tell_warning(cat("workload partition ", name, ": ", done.error().shown()));
            failed.push_back(name);
            return;
        }
        ++summary.halted;
        observer.tell(cat("Workload partition ", name, " stopped."));
    };
    for (auto& name : TRY(run_parallel(stops))) {
        observer.tell_warning(cat("workload partition ", name, " did not halt within ",
                                  call.patience.count(), " seconds and is forced to"));
        failed.push_back(std::move(name));
    }
    return failed;
}

void note_failed(const std::string& name, const std::string& reason, Summary& summary,
                 const Observer& observer) {
    observer.tell_warning(cat("workload partition ", name, " could not be stopped: ", reason));
    registry::record({registry::Severity::error, "autostop", name, reason});
    summary.failed.push_back(name);
}

Result<void> force(std::vector<std::string> names, Summary& summary, const Observer& observer) {
    Parallel stops;
    stops.names = std::move(names);
    stops.work = stop_by_force;
    stops.at_once = at_once;
    stops.until = Clock::now() + forcing_patience;
    stops.ended = [&](const std::string& name, const Result<void>& done) {
        if (!done) return note_failed(name, done.error().shown(), summary, observer);
        ++summary.forced;
        registry::record(
            {registry::Severity::warning, "autostop", name, "did not halt in time and was killed"});
        observer.tell(cat("Workload partition ", name, " stopped by force."));
    };
    for (const auto& name : TRY(run_parallel(stops)))
        note_failed(name, "its processes wait in the kernel, or somebody works on it", summary,
                    observer);
    return {};
}

}  // namespace

Result<void> stop_in_order(const std::string& name) {
    return unless_ended(
        name,
        stop({.name = name, .patience = std::nullopt, .lock_patience = std::chrono::hours(24)},
             {}));
}

Result<StoppedAll> autostop(const StopAllCall& call, const Manner& manner) {
    const auto& observer = manner.observer;
    auto names = TRY(active_names());
    if (manner.dry_run) {
        for (const auto& name : names)
            observer.tell(cat("corral autostop: would stop workload partition ", name, "."));
        return StoppedAll::in_order;
    }
    os::catch_interrupts();
    Summary summary;
    auto left = TRY(ask_to_stop(std::move(names), call, summary, observer));
    if (!left.empty()) TRY(force(std::move(left), summary, observer));
    observer.tell(cat(summary.halted, " stopped, ", summary.forced, " forced, ",
                      summary.failed.size(), " failed."));
    if (!summary.failed.empty())
        return Error{Kind::other, cat("did not stop: ", join(summary.failed, ", "),
                                      "; see /var/adm/wpars/event.log")};
    return summary.forced == 0 ? StoppedAll::in_order : StoppedAll::by_force;
}

}  // namespace partition
