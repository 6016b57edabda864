#include "partition/live.h"

#include <sched.h>
#include <unistd.h>

#include <cerrno>

#include "cgroup/group.h"
#include "network/network.h"
#include "os/namespace.h"
#include "partition/halt.h"
#include "partition/live_limits.h"
#include "partition/wishes.h"
#include "registry/state.h"

namespace partition {
namespace {

Result<void> set_hostname(const RunningInit& init, const std::string& hostname) {
    return os::in_child([&]() -> Result<void> {
        TRY(os::join_namespaces(init.pidfd.get(), CLONE_NEWUTS));
        if (::sethostname(hostname.data(), hostname.size()) == 0) return {};
        return Error::os(errno, "sethostname", hostname);
    });
}

Result<void> apply_limits(const spec::Definition& after) {
    const auto& host = cgroup::Hierarchy::host();
    if (!host) return host.error();
    auto group = TRY(cgroup::Group::open(*host, after.name()));
    auto members = TRY(active_members());
    const auto wanted = TRY(limits(after.resources));
    TRY(group.apply(wanted, neighbours_of(after.name(), members)).within("-R"));
    for (auto& member : members)
        if (member.name == after.name()) member.limits = wanted;
    return cgroup::rebalance(*host, members);
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
