#include <algorithm>

#include "cgroup/plan_parts.h"

namespace cgroup {
namespace {

constexpr std::uint64_t page = 4096;

std::uint64_t pages_of(double bytes) { return static_cast<std::uint64_t>(bytes) / page * page; }

struct MemoryWish {  // bytes; nothing: no limit
    std::optional<std::uint64_t> min = {};
    std::optional<std::uint64_t> low = {};
    std::optional<std::uint64_t> high = {};
    std::optional<std::uint64_t> max = {};
    std::optional<std::uint64_t> total = {};  // with swap
};

MemoryWish memory_wish(const Claim& claim, double fraction, const Machine& machine) {
    const auto part = [&](double of_whole) {
        return pages_of(of_whole * static_cast<double>(machine.memory_bytes));
    };
    const auto& range = claim.range;
    MemoryWish wish;
    if (range.min > 0) wish.min = part(static_cast<double>(range.min) / whole);
    if (claim.shares) wish.low = part(fraction);
    if (range.soft < whole) wish.high = part(static_cast<double>(range.soft) / whole);
    if (range.hard < whole) wish.max = part(static_cast<double>(range.hard) / whole);
    return wish;
}

void plan_memory_v2(Plan& made, const MemoryWish& own, const MemoryWish& sums) {
    constexpr auto memory = Controller::memory;
    made.base.push_back(limit_or(memory, "memory.min", sums.min, "0"));
    made.base.push_back(limit_or(memory, "memory.low", sums.low, "0"));
    made.group.push_back(limit_or(memory, "memory.min", own.min, "0"));
    made.group.push_back(limit_or(memory, "memory.low", own.low, "0"));
    // high before max: what is over it is reclaimed first, not killed
    made.group.push_back(limit_or(memory, "memory.high", own.high, "max"));
    made.group.push_back(limit_or(memory, "memory.max", own.max, "max"));
    const auto swap = own.total ? std::optional(*own.total - *own.max) : std::nullopt;
    made.group.push_back(optional(limit_or(memory, "memory.swap.max", swap, "max")));
}

void plan_memory_v1(Plan& made, const MemoryWish& own) {
    constexpr auto memory = Controller::memory;
    const auto soft = own.high ? own.high : own.low;
    made.group.push_back(limit_or(memory, "memory.soft_limit_in_bytes", soft, "-1"));
    // memsw may never be below limit, so it is out of the way while that changes
    made.group.push_back(
        optional(limit_or(memory, "memory.memsw.limit_in_bytes", std::nullopt, "-1")));
    made.group.push_back(limit_or(memory, "memory.limit_in_bytes", own.max, "-1"));
    if (own.total)
        made.group.push_back(
            optional(limit_or(memory, "memory.memsw.limit_in_bytes", own.total, "-1")));
}

}  // namespace

void plan_memory(Plan& made, const View& seen, std::optional<std::uint64_t> total,
                 const Machine& machine, Version version) {
    const auto division = divide(seen.claims);
    MemoryWish sums;
    for (std::size_t i = 0; i < seen.claims.size(); ++i) {
        const auto one = memory_wish(seen.claims[i], division.fractions[i], machine);
        if (one.min) sums.min = sums.min.value_or(0) + *one.min;
        if (one.low) sums.low = sums.low.value_or(0) + *one.low;
    }
    auto own = memory_wish(seen.own(), division.fractions.front(), machine);
    if (total) {
        own.total = *total / page * page;
        own.max = std::min(own.max.value_or(*own.total), *own.total);
    }
    if (version == Version::v1) return plan_memory_v1(made, own);
    plan_memory_v2(made, own, sums);
}

}  // namespace cgroup
