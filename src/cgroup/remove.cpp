#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "cgroup/events.h"
#include "cgroup/group.h"
#include "cgroup/tree.h"
#include "os/process.h"

namespace cgroup {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

struct Deadline {
    Clock::time_point end = {};
    milliseconds left() const {
        return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(end - Clock::now()));
    }
};

// v1 groups signal nothing: wait for the processes themselves.
Result<bool> wait_processes(const os::Dir& group, const Deadline& deadline) {
    for (const auto pid : TRY(processes_of(group))) {
        const auto process = os::pidfd(pid);
        if (!process) continue;  // has ended meanwhile
        if (!TRY(os::wait_end(process->get(), deadline.left()))) return false;
    }
    return true;
}

using Wait = Result<bool> (*)(const os::Dir&, const Deadline&);

Result<bool> wait_unpopulated(const os::Dir& group, const Deadline& deadline) {
    return wait_event(group, {"populated", 0}, deadline.left());
}

Result<void> remove_when_empty(const std::string& path, const Deadline& deadline, Wait wait) {
    // more than one round only if somebody makes groups or processes in it meanwhile
    constexpr int rounds = 100;
    for (int round = 0; round < rounds; ++round) {
        auto removed = remove_groups(path);
        if (removed || removed.error().kind != Kind::busy) return removed;
        const auto group = os::Dir::open(path);
        if (!group) continue;  // somebody else was faster
        if (!TRY(wait(*group, deadline))) break;
    }
    return busy_with(path);
}

// systemd removes a scope with all that is below once nobody is in it, but gives up for ever if a group vanishes under its
// hands. True when it was its turn, whether or not it took it.
bool left_to_owner(const std::string& scope, const Deadline& deadline) {
    constexpr milliseconds longest_pause(20);
    const auto group = os::Dir::open(scope);
    if (!group || !os::exists(cat(scope, "/cgroup.events"))) return false;
    const auto empty = wait_event(*group, {"populated", 0}, milliseconds(0));
    if (!empty || !*empty) return false;  // we are in it, or a failed start's placeholder
    for (milliseconds pause(1); deadline.left() > milliseconds(0);
         pause = std::min(2 * pause, longest_pause)) {
        if (!os::exists(scope)) return true;
        std::this_thread::sleep_for(pause);
    }
    return true;
}

}  // namespace

Result<void> remove(const Hierarchy& hierarchy, const std::string& name, milliseconds patience) {
    const Deadline deadline = {Clock::now() + patience};
    if (name.empty() || name.find_first_of("./") != std::string::npos)
        return Error{Kind::invalid, cat("'", printable(name), "' cannot name a cgroup")};
    const auto scope = hierarchy.v2_scope(name);
    const bool forgotten = left_to_owner(scope, deadline) && os::exists(scope);
    auto first = remove_when_empty(hierarchy.v2_group(name), deadline, wait_unpopulated);
    // the scope's own directory stays: without it a systemd that is only slow would take the unit for alive for ever
    if (forgotten) (void)remove_groups(cat(scope, "/keeper"));
    // made while there was no scope for it
    auto plain = remove_when_empty(cat(hierarchy.v2_base(), "/", name), deadline, wait_unpopulated);
    if (!plain && first) first = std::move(plain);
    auto bases = hierarchy.v1_bases();
    for (const auto& base : bases) {
        auto removed = remove_when_empty(cat(base, "/", name), deadline, wait_processes);
        if (!removed && first) first = std::move(removed);
    }
    bases.push_back(hierarchy.v2_base());
    // nothing of ours stays when the last WPAR ends; with others in it the kernel refuses, as it
    // should
    for (const auto& base : bases) (void)::rmdir(base.c_str());
    return first;
}

}  // namespace cgroup
