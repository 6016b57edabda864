#include "cgroup/plan.h"

#include <algorithm>

#include "cgroup/cpu_list.h"
#include "cgroup/plan_parts.h"

namespace cgroup {
namespace {

std::string percent(std::uint64_t hundredths) {
    const auto rest = hundredths % 100;
    return cat(hundredths / 100,
               rest == 0   ? ""
               : rest < 10 ? ".0"
                           : ".",
               rest == 0 ? "" : cat(rest), "%");
}

Result<void> check(const View& seen, std::string_view attribute) {
    const auto& range = seen.own().range;
    if (range.min > range.soft || range.soft > range.hard || range.hard > whole || range.soft == 0)
        return Error{Kind::invalid,
                     cat(attribute, "=", percent(range.min), "-", percent(range.soft), ",",
                         percent(range.hard), " is not minimum <= soft <= hard within 100%")};
    if (seen.own().shares && (*seen.own().shares < 1 || *seen.own().shares > 65535))
        return Error{Kind::invalid,
                     cat("shares_", attribute, "=", *seen.own().shares, " is not in 1..65535")};
    std::uint64_t minima = 0;
    for (const auto& claim : seen.claims) minima += claim.range.min;
    if (range.min == 0 || minima <= whole) return {};
    return Error{Kind::invalid,
                 cat("the ", attribute, " minima of all active workload partitions would be ",
                     percent(minima), ", more than the whole; lower this one's (",
                     percent(range.min), ") or another's")};
}

void plan_pids(Plan& made, const Limits& limits) {
    auto most = limits.processes;
    if (limits.threads) most = std::min(most.value_or(*limits.threads), *limits.threads);
    made.group.push_back(limit_or(Controller::pids, "pids.max", most, "max"));
}

Result<void> plan_cpuset(Plan& made, const Limits& limits, const Machine& machine,
                         Version version) {
    if (!limits.cpus.empty()) {
        const auto wished = TRY(parse_cpu_list(limits.cpus).within("rset"));
        const auto online = TRY(parse_cpu_list(machine.cpu_list));
        for (const auto cpu : wished)
            if (!std::binary_search(online.begin(), online.end(), cpu))
                return Error{Kind::invalid,
                             cat("rset: processor ", cpu, " of '", limits.cpus,
                                 "' is not there; this machine has ", machine.cpu_list)};
    }
    // an empty v2 set is that of the group above, a v1 set is never empty
    const auto all = version == Version::v1 ? machine.cpu_list : std::string();
    made.group.push_back({Controller::cpuset, "cpuset.cpus",
                          limits.cpus.empty() ? all : limits.cpus, !limits.cpus.empty(), false});
    return {};
}

// As the kernel names them: hugetlb.2MB.max, hugetlb.1GB.max.
std::string size_name(std::uint64_t bytes) {
    if (bytes >= 1U << 30) return cat(bytes >> 30, "GB");
    return bytes >= 1U << 20 ? cat(bytes >> 20, "MB") : cat(bytes >> 10, "KB");
}

void plan_large_pages(Plan& made, const Limits& limits, const Machine& machine, Version version) {
    const bool v1 = version == Version::v1;
    const auto prefix = cat("hugetlb.", size_name(machine.large_page_bytes), ".");
    const auto* const file = v1 ? "limit_in_bytes" : "max";
    const auto* const none = v1 ? "-1" : "max";
    auto bytes = limits.large_pages;
    if (bytes) bytes = *bytes * machine.large_page_bytes;
    made.group.push_back(limit_or(Controller::hugetlb, cat(prefix, file), bytes, none));
    // at reservation mmap fails; at use the process would get SIGBUS
    made.group.push_back(
        optional(limit_or(Controller::hugetlb, cat(prefix, "rsvd.", file), bytes, none)));
}

}  // namespace

Setting limit_or(Controller controller, std::string file, const std::optional<std::uint64_t>& value,
                 std::string_view kernels_own) {
    return {.controller = controller,
            .file = std::move(file),
            .value = value ? cat(*value) : std::string(kernels_own),
            .limits = value.has_value()};
}

Setting optional(Setting setting) {
    setting.optional = true;
    return setting;
}

View view(const Limits& limits, const Neighbours& neighbours,
          std::optional<std::uint32_t> Limits::*shares,
          std::optional<PercentRange> Limits::*range) {
    View seen;
    const auto add = [&](const Limits& one) {
        Claim claim;
        if (one.active)
            claim = {.shares = one.*shares, .range = (one.*range).value_or(PercentRange())};
        seen.anybody = seen.anybody || !claim.plain();
        seen.claims.push_back(claim);
    };
    seen.claims.reserve(neighbours.others.size() + 1);
    add(limits);
    for (const auto& other : neighbours.others) add(other);
    return seen;
}

std::string_view name_of(Controller controller) {
    constexpr std::array<std::string_view, controllers.size()> names = {"cpu", "cpuset", "memory",
                                                                        "pids", "hugetlb"};
    return names[static_cast<std::size_t>(controller)];
}

Support Support::all(Version version) {
    Support support;
    support.versions.fill(version);
    return support;
}

bool Plan::needs(Controller controller) const {
    const auto limits = [&](const Setting& setting) {
        return setting.controller == controller && setting.limits;
    };
    return std::any_of(group.begin(), group.end(), limits);
}

Result<Plan> plan(const Limits& limits, const Neighbours& neighbours, const Machine& machine,
                  const Support& support) {
    const Limits none = {.active = false};
    const auto& wished = limits.active ? limits : none;
    const auto cpu = view(wished, neighbours, &Limits::cpu_shares, &Limits::cpu);
    const auto memory = view(wished, neighbours, &Limits::memory_shares, &Limits::memory);
    TRY(check(cpu, "CPU"));
    TRY(check(memory, "memory"));
    Plan made;
    plan_cpu(made, cpu, machine, support.of(Controller::cpu));
    TRY(plan_cpuset(made, wished, machine, support.of(Controller::cpuset)));
    plan_memory(made, memory, wished.total_virtual_memory, machine, support.of(Controller::memory));
    plan_pids(made, wished);
    plan_large_pages(made, wished, machine, support.of(Controller::hugetlb));
    return made;
}

}  // namespace cgroup
