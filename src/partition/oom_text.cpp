#include <algorithm>

#include "partition/oom.h"
#include "spec/values.h"

namespace partition {
namespace {

std::string megabytes(std::uint64_t bytes) {
    constexpr std::uint64_t tenth = (1 << 20) / 10;
    const auto tenths = (bytes + tenth / 2) / tenth;
    return cat(tenths / 10, ".", tenths % 10, " MB");
}

// The tighter one is what the kernel was given (cgroup/plan_memory.cpp); a percentage is of this machine's memory, and
// is named as it was wished.
std::string limit_met(const spec::Resources& resources) {
    std::vector<std::string> limits;
    const auto range = resources.memory.empty() ? Result<spec::PercentRange>(spec::PercentRange{})
                                                : spec::parse_percent_range(resources.memory);
    if (range && range->hard < 10000) limits.push_back(cat("memory=", resources.memory));
    if (!resources.totalVirtMem.empty())
        limits.push_back(cat("totalVirtMem=", resources.totalVirtMem));
    return resources.active ? join(limits, ", ") : "";
}

std::string why(const spec::Definition& definition, cgroup::OomVictim::Limit limit) {
    using Limit = cgroup::OomVictim::Limit;
    if (limit == Limit::machine)
        return "the machine has no memory left; no limit of this workload partition was met";
    if (limit == Limit::above)
        return "a group around all workload partitions has no memory left (a service's or "
               "container's limit)";
    const auto met = limit_met(definition.resources);
    return met.empty() ? "the workload partition has used up its memory"
                       : cat("the workload partition has used up its memory (", met, ")");
}

// Numbers of the WPAR's own users; one from outside, a login's, is the global environment's.
std::string user_of(const spec::Definition& definition, uid_t uid) {
    constexpr std::uint32_t ids = 65536;
    const auto first = definition.system() ? definition.general.idbase : 0;
    if (uid >= first && uid - first < ids) return cat("user ", uid - first);
    return cat("user ", uid, " of the global environment");
}

}  // namespace

std::string describe_oom(const spec::Definition& definition, const cgroup::OomVictim& victim,
                         const OomContext& context) {
    auto text = cat("out of memory: process ", victim.pid);
    if (!context.machine_numbers) text += " (as the machine around us numbers it)";
    if (context.inner_pid != 0) text += cat(", ", context.inner_pid, " inside,");
    text += cat(" '", victim.command, "' of ", user_of(definition, victim.uid), " was killed");
    if (victim.memory_bytes)
        text += cat("; it had ", megabytes(*victim.memory_bytes), " in memory");
    return cat(text, "; ", why(definition, victim.limit));
}

}  // namespace partition
