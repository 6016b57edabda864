#include "partition/autostart.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "os/interrupt.h"
#include "partition/report.h"
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

struct Starting {
    std::string name;
    UniqueFd report;
};
using Children = std::map<pid_t, Starting>;

Result<std::vector<std::string>> wanted(const Observer& observer) {
    std::vector<std::string> names;
    for (const auto& name : TRY(registry::names())) {
        const auto definition = registry::load(name);
        if (!definition) observer.tell_warning(definition.error().text);
        if (definition && definition->general.autostart && definition->system())
            names.push_back(name);
    }
    return names;
}

// Each start in a process of its own: one that hangs or dies takes no other with it.
Result<void> begin(const std::string& name, Children& children) {
    auto ends = TRY(make_report());
    const auto child = ::fork();
    if (child < 0) return Error::os(errno, "fork", name);
    if (child > 0) {
        children.emplace(child, Starting{name, std::move(ends.reader)});
        return {};
    }
    const auto started = start({.name = name}, {});
    if (!started) report(ends.writer.get(), started.error());
    ::_exit(started ? 0 : 1);
}

Result<void> end_one(Children& children, Summary& summary, const Observer& observer) {
    int status = 0;
    const auto child = ::waitpid(-1, &status, 0);
    if (child < 0) return Error::os(errno, "wait", "starting workload partitions");
    const auto found = children.find(child);
    if (found == children.end()) return {};
    const auto name = found->second.name;
    if (status == 0) {
        ++summary.started;
        observer.tell(cat("Workload partition ", name, " started."));
    } else {
        const auto said = read_end(found->second.report.get());
        observer.tell_warning(cat("workload partition ", name,
                                  " did not start: ", said ? "it was killed" : said.error().text));
        summary.failed.push_back(name);
    }
    children.erase(found);
    return {};
}

}  // namespace

Result<void> autostart(const Manner& manner) {
    const auto& observer = manner.observer;
    const auto names = TRY(wanted(observer));
    const auto at_once =
        static_cast<std::size_t>(std::max(2L, 2 * ::sysconf(_SC_NPROCESSORS_ONLN)));
    Summary summary;
    Children children;
    for (const auto& name : names) {
        if (registry::alive(name).init) {
            ++summary.active;
            continue;
        }
        if (manner.dry_run) {
            observer.tell(cat("corral autostart: would start workload partition ", name, "."));
            continue;
        }
        while (children.size() >= at_once) TRY(end_one(children, summary, observer));
        TRY(begin(name, children));
    }
    while (!children.empty()) TRY(end_one(children, summary, observer));
    if (manner.dry_run) return {};
    observer.tell(cat(summary.started, " started, ", summary.active, " active already, ",
                      summary.failed.size(), " failed."));
    if (summary.failed.empty()) return {};
    return Error{Kind::other, cat("did not start: ", join(summary.failed, ", "),
                                  "; see /var/adm/wpars/event.log")};
}

}  // namespace partition
