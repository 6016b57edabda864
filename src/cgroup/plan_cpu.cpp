#include <algorithm>

#include "cgroup/plan_parts.h"

namespace cgroup {
namespace {

using Row = std::vector<Setting>;

Setting weight(Version version, std::uint64_t weight, bool limits) {
    constexpr std::uint64_t v1_unit = 1024;  // what v2 calls 100
    if (version != Version::v1) return {Controller::cpu, "cpu.weight", cat(weight), limits, false};
    const auto shares = std::max<std::uint64_t>(2, (weight * v1_unit + 50) / 100);
    return {Controller::cpu, "cpu.shares", cat(shares), limits, false};
}

struct Bandwidth {
    std::uint64_t quota = 0;  // microseconds in each period
    std::uint64_t period = 100'000;
};

// The kernel takes no quota under 1 ms; a longer period keeps small percentages exact down to a
// thousandth of a CPU.
Bandwidth bandwidth(std::uint32_t hard, std::uint32_t cpus) {
    constexpr std::uint64_t least = 1000;
    Bandwidth band;
    band.quota = band.period * cpus * hard / whole;
    if (band.quota >= least) return band;
    band.period = 1'000'000;
    band.quota = std::max(least, band.period * cpus * hard / whole);
    return band;
}

void plan_cpu_hard(Row& row, const PercentRange& range, const Machine& machine, Version version) {
    const bool limits = range.hard < whole;
    const auto band = bandwidth(range.hard, machine.cpus);
    if (version != Version::v1) {
        const auto value = limits ? cat(band.quota, " ", band.period) : std::string("max 100000");
        row.push_back({Controller::cpu, "cpu.max", value, limits, false});
        return;
    }
    // without a quota any period is accepted
    row.push_back({Controller::cpu, "cpu.cfs_quota_us", "-1", false, false});
    row.push_back({Controller::cpu, "cpu.cfs_period_us", limits ? cat(band.period) : "100000",
                   limits, false});
    if (limits) row.push_back({Controller::cpu, "cpu.cfs_quota_us", cat(band.quota), true, false});
}

}  // namespace

void plan_cpu(Plan& made, const View& seen, const Machine& machine, Version version) {
    // a v1 group that is not joined would compete process by process: shares of others concern it
    // as well
    const bool weighs = !seen.own().plain() || (version == Version::v1 && seen.anybody);
    const auto own = seen.anybody ? weight_of(divide(seen.claims), 0) : 100;
    made.group.push_back(weight(version, own, weighs));
    plan_cpu_hard(made.group, seen.own().range, machine, version);
    const auto base = seen.anybody ? base_weight(seen.claims) : 100;
    made.base.push_back(weight(version, base, seen.anybody));
}

}  // namespace cgroup
