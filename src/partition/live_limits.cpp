#include "partition/live_limits.h"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "launch/devices.h"
#include "launch/sysctl.h"
#include "os/namespace.h"
#include "partition/confine.h"
#include "partition/group.h"
#include "partition/start_plan.h"
#include "spec/values.h"

namespace partition {
namespace {

using Limits = std::vector<os::Limit>;

const os::Limit* find(const Limits& limits, int resource) {
    const auto found = std::find_if(limits.begin(), limits.end(), [resource](const os::Limit& one) {
        return one.resource == resource;
    });
    return found == limits.end() ? nullptr : &*found;
}

// What a process has that nobody limited: what we have.
os::Limit usual(int resource) {
    rlimit64 own = {};
    if (::getrlimit64(static_cast<__rlimit_resource>(resource), &own) != 0)
        own.rlim_cur = own.rlim_max = RLIM64_INFINITY;
    return {resource, own.rlim_cur, own.rlim_max};
}

Limits to_set(const Limits& before, const Limits& after) {
    auto changed = after;
    for (const auto& old : before)
        if (!find(after, old.resource)) changed.push_back(usual(old.resource));
    std::erase_if(changed, [&](const os::Limit& one) {
        const auto* old = find(before, one.resource);
        return old && *old == one;
    });
    return changed;
}

Result<void> set_limit(pid_t pid, const os::Limit& limit) {
    const auto resource = static_cast<__rlimit_resource>(limit.resource);
    const rlimit64 wanted = {limit.soft, limit.hard};
    if (::prlimit64(pid, resource, &wanted, nullptr) == 0 || errno == ESRCH) return {};
    // without CAP_SYS_RESOURCE nobody can raise it: who runs keeps the tighter one
    if (errno == EPERM) return {};
    return Error::os(errno, "prlimit", cat("process ", pid));
}

// A process that is born meanwhile has its parent's old limits: so again, until no new one is found.
Result<void> set_on_all(const std::string& name, const Limits& limits) {
    const auto group = TRY(open_group(name));
    std::set<pid_t> done;
    constexpr int rounds = 16;  // who forks faster than this is met by the limit of processes
    for (int round = 0; round < rounds; ++round) {
        bool any = false;
        for (const auto pid : TRY(group.processes())) {
            if (!done.insert(pid).second) continue;
            any = true;
            for (const auto& limit : limits) TRY(set_limit(pid, limit));
        }
        if (!any) break;
    }
    return {};
}

Result<void> store_limits(const std::string& name, const Limits& limits) {
    auto confinement = TRY(load_confinement(name));
    confinement.limits = limits;
    return store_confinement(name, confinement);
}

Result<void> change_processes(const spec::Definition& before, const spec::Definition& after) {
    const auto old = TRY(process_limits(before.resources));
    const auto wanted = TRY(process_limits(after.resources));
    if (old == wanted) return {};
    if (after.system())
        TRY(store_limits(after.name(), wanted));  // for logins, which an application has none of
    return set_on_all(after.name(), to_set(old, wanted));
}

Result<void> change_ipc(const RunningInit& init, const spec::Definition& before,
                        const spec::Definition& after) {
    const auto old = TRY(ipc_parameters(before.resources, true));
    const auto wanted = TRY(ipc_parameters(after.resources, true));
    if (old == wanted) return {};
    return os::in_child([&]() -> Result<void> {
        TRY(os::join_namespaces(init.pidfd.get(), CLONE_NEWIPC));
        return launch::set_ipc_sysctls(wanted, after.general.idbase);
    });
}

Result<unsigned> terminals(const spec::Resources& resources) {
    if (!resources.active) return 0U;
    return static_cast<unsigned>(TRY(spec::parse_count(resources.totalPTYs, 1)).value_or(0));
}

}  // namespace

Result<void> apply_limits_inside(const RunningInit& init, const spec::Definition& before,
                                 const spec::Definition& after) {
    TRY(change_processes(before, after).within("-R"));
    if (!after.general.xwparipc) TRY(change_ipc(init, before, after).within("-R"));
    const auto limit = TRY(terminals(after.resources));
    if (!after.system() || TRY(terminals(before.resources)) == limit) return {};
    const unsigned console = limit == 0 ? 0 : 1;  // it is not counted, as when launch makes it
    return launch::limit_terminals(init.pidfd.get(), {limit + console}).within("-R totalPTYs");
}

}  // namespace partition
