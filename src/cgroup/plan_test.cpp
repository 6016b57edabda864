#include "cgroup/plan.h"

#include <gmock/gmock.h>

namespace cgroup {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::uint64_t gib = 1ULL << 30;
const Machine machine = {.cpus = 4, .cpu_list = "0-3", .memory_bytes = 10 * gib};
const auto v1 = Support::all(Version::v1);
const auto v2 = Support::all(Version::v2);

// "file value", as they are written; those that really limit, or all.
std::vector<std::string> lines(const std::vector<Setting>& settings, bool all) {
    std::vector<std::string> rows;
    for (const auto& setting : settings)
        if (all || setting.limits) rows.push_back(cat(setting.file, " ", setting.value));
    return rows;
}

struct Planned {
    std::vector<std::string> group = {};
    std::vector<std::string> base = {};
};

Planned limits_of(const Limits& limits, const Support& support, const Neighbours& neighbours = {}) {
    const auto made = plan(limits, neighbours, machine, support);
    if (!made) return {{made.error().text}, {}};
    return {lines(made->group, false), lines(made->base, false)};
}

Error error_of(const Limits& limits, const Neighbours& neighbours = {}) {
    const auto made = plan(limits, neighbours, machine, v2);
    return made ? Error{Kind::other, "no error"} : made.error();
}

TEST(Plan, WithoutLimitsWritesTheKernelsOwnValues) {
    const auto made = plan({}, {}, machine, v2);
    ASSERT_TRUE(made);
    for (const auto controller : controllers) EXPECT_FALSE(made->needs(controller));
    EXPECT_THAT(
        lines(made->group, true),
        ElementsAre("cpu.weight 100", "cpu.max max 100000", "cpuset.cpus ", "memory.min 0",
                    "memory.low 0", "memory.high max", "memory.max max", "memory.swap.max max",
                    "pids.max max", "hugetlb.2MB.max max", "hugetlb.2MB.rsvd.max max"));
    EXPECT_THAT(lines(made->base, true),
                ElementsAre("cpu.weight 100", "memory.min 0", "memory.low 0"));
}

TEST(Plan, WithoutLimitsOnV1WritesTheKernelsOwnValues) {
    const auto made = plan({}, {}, machine, v1);
    ASSERT_TRUE(made);
    for (const auto controller : controllers) EXPECT_FALSE(made->needs(controller));
    EXPECT_THAT(
        lines(made->group, true),
        ElementsAre("cpu.shares 1024", "cpu.cfs_quota_us -1", "cpu.cfs_period_us 100000",
                    "cpuset.cpus 0-3", "memory.soft_limit_in_bytes -1",
                    "memory.memsw.limit_in_bytes -1", "memory.limit_in_bytes -1", "pids.max max",
                    "hugetlb.2MB.limit_in_bytes -1", "hugetlb.2MB.rsvd.limit_in_bytes -1"));
    EXPECT_THAT(lines(made->base, true), ElementsAre("cpu.shares 1024"));
}

TEST(Plan, TreatsAixDefaultsAsNoLimits) {
    const Limits defaults = {.cpu = PercentRange(), .memory = PercentRange()};
    EXPECT_THAT(limits_of(defaults, v2).group, ElementsAre());
    EXPECT_THAT(limits_of(defaults, v1).group, ElementsAre());
}

TEST(Plan, SwitchedOffLimitsNothing) {
    const Limits limits = {.active = false,
                           .cpu_shares = 9,
                           .memory = PercentRange{.min = 0, .soft = 100, .hard = 100},
                           .processes = 5,
                           .cpus = "77"};
    EXPECT_THAT(limits_of(limits, v2).group, ElementsAre());
}

TEST(Plan, CpuSharesCountAmongActiveNeighbours) {
    const Neighbours others = {{{.cpu_shares = 10}, {.cpu_shares = 5}}};
    EXPECT_THAT(limits_of({.cpu_shares = 15}, v2, others).group, ElementsAre("cpu.weight 150"));
    EXPECT_THAT(limits_of({.cpu_shares = 15}, v1, others).group, ElementsAre("cpu.shares 1536"));
}

TEST(Plan, NeighboursWhoseControlIsOffDoNotCount) {
    const Neighbours others = {{{.active = false, .cpu_shares = 65535}, {.cpu_shares = 5}}};
    EXPECT_THAT(limits_of({.cpu_shares = 15}, v2, others).group, ElementsAre("cpu.weight 150"));
}

TEST(Plan, OnV1NeighboursSharesDrawEverybodyIn) {
    const Neighbours others = {{{.cpu_shares = 15}}};
    EXPECT_THAT(limits_of({}, v1, others).group, ElementsAre("cpu.shares 1024"));
    EXPECT_THAT(limits_of({}, v2, others).group, ElementsAre());
}

TEST(Plan, CpuMinimumAndSoftMaximumBoundTheWeight) {
    const Neighbours others = {{{}, {}}};
    const Limits floor = {.cpu = PercentRange{.min = 8000}};
    EXPECT_THAT(limits_of(floor, v2, others).group, ElementsAre("cpu.weight 800"));
    EXPECT_THAT(limits_of(floor, v2, others).base, ElementsAre("cpu.weight 1200"));
    EXPECT_THAT(limits_of(floor, v1, others).base, ElementsAre("cpu.shares 12288"));
    const Limits ceiling = {.cpu = PercentRange{.soft = 1000, .hard = 10000}};
    EXPECT_THAT(limits_of(ceiling, v2, others).group, ElementsAre("cpu.weight 22"));
}

TEST(Plan, CpuHardMaximumIsOfAllProcessors) {
    const Limits half = {.cpu = PercentRange{.soft = 5000, .hard = 5000}};
    EXPECT_THAT(limits_of(half, v2).group, Contains("cpu.max 200000 100000"));
    EXPECT_THAT(
        limits_of(half, v1).group,
        ElementsAre("cpu.shares 1024", "cpu.cfs_period_us 100000", "cpu.cfs_quota_us 200000"));
}

TEST(Plan, ASmallCpuMaximumGetsALongerPeriod) {
    const auto at = [](std::uint32_t hard) {
        return Limits{.cpu = PercentRange{.soft = hard, .hard = hard}};
    };
    EXPECT_THAT(limits_of(at(10), v2).group, Contains("cpu.max 4000 1000000"));
    EXPECT_THAT(limits_of(at(1), v2).group,
                Contains("cpu.max 1000 1000000"));  // the least there is
}

TEST(Plan, MemoryPercentagesInOrder) {
    const Limits limits = {.memory = PercentRange{.min = 1000, .soft = 5000, .hard = 8000}};
    const auto planned = limits_of(limits, v2);
    EXPECT_THAT(planned.group, ElementsAre("memory.min 1073741824", "memory.high 5368709120",
                                           "memory.max 8589934592"));
    EXPECT_THAT(planned.base, ElementsAre("memory.min 1073741824"));
    EXPECT_THAT(limits_of(limits, v1).group, ElementsAre("memory.soft_limit_in_bytes 5368709120",
                                                         "memory.limit_in_bytes 8589934592"));
}

TEST(Plan, MemorySharesProtectAShare) {
    const Neighbours others = {{{.memory_shares = 10}, {.memory_shares = 5}}};
    const auto planned = limits_of({.memory_shares = 15}, v2, others);
    ASSERT_EQ(planned.group.size(), 1U);
    EXPECT_THAT(planned.group.front(), HasSubstr("memory.low 5368"));
    ASSERT_EQ(planned.base.size(), 1U);
    EXPECT_THAT(planned.base.front(), HasSubstr("memory.low 1073741"));  // all shares together
    EXPECT_THAT(limits_of({.memory_shares = 15}, v1, others).group.front(),
                HasSubstr("memory.soft_limit_in_bytes 5368"));
}

TEST(Plan, ByteLimitsAreWholePages) {
    const Limits limits = {.memory = PercentRange{.soft = 3333, .hard = 3333}};
    const auto made = plan(limits, {}, machine, v2);
    ASSERT_TRUE(made);
    for (const auto& setting : made->group)
        if (setting.limits && setting.controller == Controller::memory) {
            EXPECT_EQ(to_number(setting.value).value_or(1) % 4096, 0U) << setting.file;
        }
}

TEST(Plan, VirtualMemoryBoundsMemoryAndSwapTogether) {
    Limits limits = {.total_virtual_memory = 2 * gib};
    EXPECT_THAT(limits_of(limits, v2).group,
                ElementsAre("memory.max 2147483648", "memory.swap.max 0"));
    EXPECT_THAT(limits_of(limits, v1).group, ElementsAre("memory.limit_in_bytes 2147483648",
                                                         "memory.memsw.limit_in_bytes 2147483648"));
    limits.memory =
        PercentRange{.soft = 1000, .hard = 1000};  // 1 GiB of memory leaves 1 GiB of swap
    EXPECT_THAT(limits_of(limits, v2).group,
                ElementsAre("memory.high 1073741824", "memory.max 1073741824",
                            "memory.swap.max 1073741824"));
}

TEST(Plan, OnV1SwapIsOutOfTheWayWhileMemoryChanges) {
    const auto made = plan({.total_virtual_memory = gib}, {}, machine, v1);
    ASSERT_TRUE(made);
    std::vector<std::string> memory;
    for (const auto& setting : made->group)
        if (setting.controller == Controller::memory)
            memory.push_back(cat(setting.file, " ", setting.value));
    EXPECT_THAT(
        memory,
        ElementsAre("memory.soft_limit_in_bytes -1", "memory.memsw.limit_in_bytes -1",
                    "memory.limit_in_bytes 1073741824", "memory.memsw.limit_in_bytes 1073741824"));
}

TEST(Plan, OnV1AnEarlierQuotaIsOutOfTheWayWhileThePeriodChanges) {
    const auto made = plan({.cpu = PercentRange{.soft = 1, .hard = 1}}, {}, machine, v1);
    ASSERT_TRUE(made);
    EXPECT_THAT(lines(made->group, true),
                testing::IsSupersetOf(
                    {"cpu.cfs_quota_us -1", "cpu.cfs_period_us 1000000", "cpu.cfs_quota_us 1000"}));
    EXPECT_EQ(made->group[1].value, "-1");
}

TEST(Plan, TheTighterOfProcessesAndThreadsCounts) {
    EXPECT_THAT(limits_of({.processes = 10, .threads = 40}, v2).group, ElementsAre("pids.max 10"));
    EXPECT_THAT(limits_of({.threads = 40}, v1).group, ElementsAre("pids.max 40"));
    EXPECT_THAT(limits_of({.processes = 10}, v1).group, ElementsAre("pids.max 10"));
}

TEST(Plan, AResourceSetIsAListOfProcessors) {
    EXPECT_THAT(limits_of({.cpus = "0,2-3"}, v2).group, ElementsAre("cpuset.cpus 0,2-3"));
    EXPECT_THAT(limits_of({.cpus = "0"}, v1).group, ElementsAre("cpuset.cpus 0"));
}

TEST(Plan, LargePagesAreCountedInTheDefaultSize) {
    EXPECT_THAT(limits_of({.large_pages = 3}, v2).group,
                ElementsAre("hugetlb.2MB.max 6291456", "hugetlb.2MB.rsvd.max 6291456"));
    auto big = machine;
    big.large_page_bytes = gib;
    const auto made = plan({.large_pages = 0}, {}, big, v1);
    ASSERT_TRUE(made);
    EXPECT_THAT(lines(made->group, false),
                ElementsAre("hugetlb.1GB.limit_in_bytes 0", "hugetlb.1GB.rsvd.limit_in_bytes 0"));
}

TEST(Plan, EachControllerFollowsItsOwnVersion) {
    auto mixed = v1;
    mixed.versions[static_cast<std::size_t>(Controller::hugetlb)] = Version::v2;
    EXPECT_THAT(
        limits_of({.memory = PercentRange{.soft = 1000, .hard = 1000}, .large_pages = 1}, mixed)
            .group,
        ElementsAre("memory.soft_limit_in_bytes 1073741824", "memory.limit_in_bytes 1073741824",
                    "hugetlb.2MB.max 2097152", "hugetlb.2MB.rsvd.max 2097152"));
}

TEST(Plan, RefusesRangesOutOfOrder) {
    for (const auto& range :
         {PercentRange{.min = 60, .soft = 50}, PercentRange{.soft = 60, .hard = 50},
          PercentRange{.soft = 0, .hard = 50}, PercentRange{.hard = 10001}}) {
        EXPECT_EQ(error_of({.cpu = range}).kind, Kind::invalid);
        EXPECT_EQ(error_of({.memory = range}).kind, Kind::invalid);
    }
    EXPECT_THAT(error_of({.cpu = PercentRange{.min = 6050, .soft = 5005, .hard = 10000}}).text,
                HasSubstr("CPU=60.50%-50.05%,100%"));
}

TEST(Plan, RefusesMinimaOfMoreThanTheWhole) {
    const Limits limits = {.memory = PercentRange{.min = 6000}};
    const Neighbours others = {{{.memory = PercentRange{.min = 5000}}}};
    const auto error = error_of(limits, others);
    EXPECT_EQ(error.kind, Kind::invalid);
    EXPECT_THAT(error.text,
                HasSubstr("memory minima of all active workload partitions would be 110%"));
    EXPECT_EQ(error_of({}, {{{.memory = PercentRange{.min = 6000}}, limits}}).text, "no error");
}

TEST(Plan, RefusesSharesThatAixDoesNotKnow) {
    EXPECT_EQ(error_of({.cpu_shares = 0}).kind, Kind::invalid);
    EXPECT_EQ(error_of({.memory_shares = 65536}).kind, Kind::invalid);
}

TEST(Plan, RefusesProcessorsThatAreNotThere) {
    const auto error = error_of({.cpus = "2-4"});
    EXPECT_EQ(error.kind, Kind::invalid);
    EXPECT_THAT(error.text, HasSubstr("processor 4"));
    EXPECT_THAT(error.text, HasSubstr("this machine has 0-3"));
}

TEST(Machine, TellsWhatItHas) {
    const auto found = Machine::detect();
    ASSERT_TRUE(found);
    EXPECT_GE(found->cpus, 1U);
    EXPECT_GT(found->memory_bytes, 16U << 20);
    EXPECT_THAT(found->cpu_list, Not(testing::IsEmpty()));
}

}  // namespace
}  // namespace cgroup
