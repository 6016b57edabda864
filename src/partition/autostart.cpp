#include "partition/autostart.h"

#include <unistd.h>

#include <algorithm>

#include "partition/parallel.h"
#include "partition/recover.h"
#include "partition/start.h"
#include "registry/state.h"
#include "registry/store.h"

namespace partition {
namespace {

struct Summary {
    unsigned started = 0;
    unsigned active = 0;
    std::vector<std::string> failed = {};
};

Result<std::vector<std::string>> wanted(const Observer& observer) {
    std::vector<std::string> names;
    for (const auto& name : TRY(registry::names())) {
        const auto definition = registry::load(name);
        if (!definition) observer.tell_warning(definition.error().shown());
        if (definition && definition->general.autostart && definition->system())
            names.push_back(name);
    }
    return names;
}

std::size_t twice_the_processors() {
    return static_cast<std::size_t>(std::max(2L, 2 * ::sysconf(_SC_NPROCESSORS_ONLN)));
}

Result<void> start_all(std::vector<std::string> names, Summary& summary, const Observer& observer) {
    Parallel starts;
    starts.names = std::move(names);
    starts.at_once = twice_the_processors();
    starts.work = [](const std::string& name) { return start({.name = name}, {}); };
    starts.ended = [&](const std::string& name, const Result<void>& done) {
        if (done) {
            ++summary.started;
            observer.tell(cat("Workload partition ", name, " started."));
            return;
        }
        observer.tell_warning(
            cat("workload partition ", name, " did not start: ", done.error().shown()));
        summary.failed.push_back(name);
    };
    TRY(run_parallel(starts));
    return {};
}

}  // namespace

Result<void> autostart(const Manner& manner) {
    const auto& observer = manner.observer;
    begin_operation(manner);  // what a power loss left, also when nothing is to start
    auto names = TRY(wanted(observer));
    Summary summary;
    summary.active = static_cast<unsigned>(
        std::erase_if(names, [](const std::string& name) { return registry::alive(name).init; }));
    if (manner.dry_run) {
        for (const auto& name : names)
            observer.tell(cat("corral autostart: would start workload partition ", name, "."));
        return {};
    }
    TRY(start_all(std::move(names), summary, observer));
    observer.tell(cat(summary.started, " started, ", summary.active, " active already, ",
                      summary.failed.size(), " failed."));
    if (summary.failed.empty()) return {};
    return Error{Kind::other, cat("did not start: ", join(summary.failed, ", "),
                                  "; see /var/adm/wpars/event.log")};
}

}  // namespace partition
