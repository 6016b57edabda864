#include "partition/live.h"

#include <sched.h>
#include <unistd.h>

#include <cerrno>

#include "cgroup/group.h"
#include "network/network.h"
#include "os/dir.h"
#include "os/namespace.h"
#include "partition/group.h"
#include "partition/halt.h"
#include "partition/live_limits.h"
#include "partition/oom.h"
#include "partition/wishes.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "session/keeper.h"

namespace partition {
namespace {

Result<void> set_hostname(const RunningInit& init, const std::string& hostname) {
    return os::in_child([&]() -> Result<void> {
        TRY(os::join_namespaces(init.pidfd.get(), CLONE_NEWUTS));
        if (::sethostname(hostname.data(), hostname.size()) == 0) return {};
        return Error::os(errno, "sethostname", hostname);
    });
}

// On a hybrid host a first limit of memory makes the group that tells of kills.
void watch_memory(const std::string& name) {
    const auto watch = oom_watch(name);
    const auto run = os::Dir::open(registry::paths::run(name));
    if (!watch.counter || !run) return;
    auto keeper = session::KeeperLink::connect(*run);
    // an application WPAR has none, and looks by itself; a keeper of an older version goes without
    if (keeper) (void)keeper->watch_memory(watch.counter.get(), watch.event.get());
}

Result<void> apply_limits(const spec::Definition& after) {
    const auto& host = cgroup::Hierarchy::host();
    if (!host) return host.error();
    auto group = TRY(cgroup::Group::open(*host, after.name()));
    auto members = TRY(active_members());
    const auto wanted = TRY(limits(after.resources));
    TRY(group.apply(wanted, neighbours_of(after.name(), members), systemd_owner()).within("-R"));
    watch_memory(after.name());
    for (auto& member : members)
        if (member.name == after.name()) member.limits = wanted;
    return cgroup::rebalance(*host, members, systemd_owner());
}

}  // namespace

Result<void> apply_live(const spec::Definition& before, const spec::Definition& after) {
    const auto init = running_init(after.name());
    if (init && before.hostname() != after.hostname()) TRY(set_hostname(*init, after.hostname()));
    const auto wish = TRY(network_wish(after));
    if (init && after.general.key != 0 && !(TRY(network_wish(before)) == wish)) {
        const auto network = TRY(os::open_namespace(init->id.pid, "net"));
        TRY(network::update(network_site(), wish, network.get()));
    }
    if (init) TRY(apply_limits_inside(*init, before, after));
    if (TRY(limits(before.resources)) == TRY(limits(after.resources))) return {};
    return apply_limits(after);
}

}  // namespace partition
