#include "partition/group.h"
#include "partition/wishes.h"
#include "registry/state.h"
#include "registry/store.h"
#include "spec/values.h"

namespace partition {
namespace {

Result<std::optional<cgroup::PercentRange>> range(const std::string& text) {
    if (text.empty()) return std::optional<cgroup::PercentRange>();
    const auto parsed = TRY(spec::parse_percent_range(text));
    return std::optional<cgroup::PercentRange>({parsed.min, parsed.soft, parsed.hard});
}

}  // namespace

Result<cgroup::Limits> limits(const spec::Resources& resources) {
    cgroup::Limits wanted;
    wanted.active = resources.active;
    wanted.cpu_shares = TRY(spec::parse_shares(resources.shares_CPU));
    wanted.memory_shares = TRY(spec::parse_shares(resources.shares_memory));
    wanted.cpu = TRY(range(resources.CPU));
    wanted.memory = TRY(range(resources.memory));
    wanted.total_virtual_memory = TRY(spec::parse_amount(resources.totalVirtMem));
    wanted.processes = TRY(spec::parse_count(resources.totalProcesses, 2));
    wanted.threads = TRY(spec::parse_count(resources.totalThreads, 2));
    wanted.large_pages = TRY(spec::parse_count(resources.totalLargePages, 0));
    wanted.cpus = resources.rset;
    return wanted;
}

bool limits_anything(const spec::Resources& resources) {
    const auto wanted = limits(resources);
    cgroup::Limits none;
    return wanted && resources.active && !(*wanted == none);
}

Result<std::vector<cgroup::Member>> active_members() {
    std::vector<cgroup::Member> members;
    for (const auto& name : TRY(registry::names())) {
        if (!registry::alive(name).any()) continue;
        const auto definition = registry::load(name);
        const auto wanted = definition ? limits(definition->resources) : definition.error();
        members.push_back({name, wanted ? *wanted : cgroup::Limits{}});
    }
    return members;
}

// To know the shares of a thousand WPARs takes longer than to start one; mostly nobody has any.
Result<void> rebalance_active() {
    const auto& host = cgroup::Hierarchy::host();
    if (!host || !cgroup::divided(*host)) return {};
    return cgroup::rebalance(*host, TRY(active_members()), systemd_owner());
}

cgroup::Neighbours neighbours_of(const std::string& name,
                                 const std::vector<cgroup::Member>& members) {
    cgroup::Neighbours found;
    for (const auto& member : members)
        if (member.name != name) found.others.push_back(member.limits);
    return found;
}

}  // namespace partition
