#include "checkpoint/ancestry.h"

#include <map>

namespace checkpoint {
namespace {

constexpr int deepest =
    100'000;  // more than there are processes: a circle, since they were read one by one

using Parents = std::map<pid_t, pid_t>;

bool descends(const Parents& parents, pid_t pid, pid_t init) {
    for (int steps = 0; steps < deepest; ++steps) {
        if (pid == init) return true;
        const auto found = parents.find(pid);
        if (found == parents.end()) return false;
        pid = found->second;
    }
    return false;
}

Fault stranger(const Status& status) {
    if (status.inner_pid == 0 || status.levels < 2)
        return {"it is in the workload partition's cgroup, but not in its pid namespace",
                "end it, or move it to another cgroup"};
    return {
        "it came from outside, by clogin or nsenter, and is no child of the workload partition's "
        "init",
        "end that session"};
}

Fault traced(pid_t tracer) {
    return {cat("it is being traced by process ", tracer),
            "end the debugger or strace, or let it detach"};
}

}  // namespace

void look_at_ancestry(const Family& family, Findings& findings) {
    Parents parents;
    for (const auto& process : family.processes) parents[process.pid] = process.status.parent;
    for (const auto& process : family.processes) {
        const auto& status = process.status;
        const bool own = descends(parents, process.pid, family.init);
        if (!own) findings.add(process, stranger(status));
        // of a session that came from outside, that was said already
        if (own && !status.zombie && status.inner_session == 0 && status.levels > 0)
            findings.add(process, {"the leader of its session is outside the workload partition",
                                   "end it, or start it again from inside"});
        if (status.tracer != 0) findings.add(process, traced(status.tracer));
    }
}

}  // namespace checkpoint
