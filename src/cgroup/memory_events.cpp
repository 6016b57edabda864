#include "cgroup/memory_events.h"

#include <fcntl.h>
#include <sys/eventfd.h>

#include <cerrno>

#include "cgroup/controllers.h"
#include "cgroup/events.h"
#include "os/dir.h"

namespace cgroup {
namespace {

bool first_version(const Hierarchy& hierarchy) {
    return hierarchy.version(Controller::memory) == Version::v1;
}

Result<UniqueFd> open(const std::string& path) {
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return Error::os(errno, "open", path);
    return fd;
}

// The kernel signals the eventfd when it finds no memory, just before it counts the kill.
Result<UniqueFd> register_event(const std::string& group, int counter) {
    UniqueFd event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!event) return Error::os(errno, "eventfd", group);
    TRY(os::write_existing(cat(group, "/cgroup.event_control"), cat(event.get(), " ", counter)));
    return event;
}

// A limit with swap is counted apart.
std::optional<std::uint64_t> hits(const std::string& group) {
    std::optional<std::uint64_t> sum;
    for (const auto* file : {"/memory.failcnt", "/memory.memsw.failcnt"})
        if (const auto text = os::read_file(cat(group, file)))
            sum = sum.value_or(0) + to_number(trim(*text)).value_or(0);
    return sum;
}

}  // namespace

Result<MemoryEvents> memory_events(const Hierarchy& hierarchy, const std::string& name) {
    const auto group = group_of(hierarchy, Controller::memory, name);
    MemoryEvents events;
    if (first_version(hierarchy)) {
        events.oom_kill =
            value_of(TRY(os::read_file(cat(group, "/memory.oom_control"))), "oom_kill");
        events.max = hits(group);
        return events;
    }
    const auto text = TRY(os::read_file(cat(group, "/memory.events")));
    events.low = value_of(text, "low");
    events.high = value_of(text, "high");
    events.max = value_of(text, "max");
    events.oom = value_of(text, "oom");
    events.oom_kill = value_of(text, "oom_kill");
    return events;
}

Result<MemoryWatch> watch_memory(const Hierarchy& hierarchy, const std::string& name) {
    const auto group = group_of(hierarchy, Controller::memory, name);
    const bool v1 = first_version(hierarchy);
    MemoryWatch watch;
    watch.counter = TRY(open(cat(group, v1 ? "/memory.oom_control" : "/memory.events")));
    if (v1) watch.event = TRY(register_event(group, watch.counter.get()));
    return watch;
}

Result<void> account_memory(const Hierarchy& hierarchy, const std::string& name) {
    if (hierarchy.version(Controller::memory) != Version::v2) return {};
    return ready(hierarchy, Controller::memory, name);
}

}  // namespace cgroup
