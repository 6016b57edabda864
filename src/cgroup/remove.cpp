#include <poll.h>
#include <unistd.h>

#include <algorithm>

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

}  // namespace

Result<void> remove(const Hierarchy& hierarchy, const std::string& name, milliseconds patience) {
    const Deadline deadline = {Clock::now() + patience};
    if (name.empty() || name.find_first_of("./") != std::string::npos)
        return Error{Kind::invalid, cat("'", printable(name), "' cannot name a cgroup")};
    auto first = remove_when_empty(hierarchy.v2_group(name), deadline, wait_unpopulated);
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
