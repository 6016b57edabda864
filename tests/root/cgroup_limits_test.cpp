// Loads that try to exceed their limits on the real machine.
#include <fcntl.h>
#include <sys/mman.h>
#include <time.h>

#include <cerrno>

#include "cgroup_fixture.h"

namespace cgroup {
namespace {

using testing::HasSubstr;

constexpr std::size_t mib = 1 << 20;

// As many children as it gets, up to `most`; returns their number, and they end with the group.
int forked(int most) {
    for (int i = 0; i < most; ++i) {
        const auto pid = ::fork();
        if (pid == 0) sleeps();
        if (pid < 0) return i;
    }
    return most;
}

double seconds(clockid_t clock) {
    timespec now = {};
    ::clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

class LimitsTest : public CgroupTest {
  protected:
    // Runs the load in a group with the limits; its exit status.
    int run(const Limits& limits, const std::function<int()>& load) {
        auto group = make("load");
        const auto applied = group.apply(limits, {});
        EXPECT_TRUE(applied) << applied.error().text;
        Child child(group, load);
        EXPECT_TRUE(group.join_controllers(child.pid()));
        return child.status();
    }
};

TEST_F(LimitsTest, AForkBombEndsAtTheNumberOfProcesses) {
    EXPECT_EQ(WEXITSTATUS(run({.processes = 12}, [] { return forked(100); })), 11);
}

TEST_F(LimitsTest, TheTighterOfThreadsAndProcessesCounts) {
    EXPECT_EQ(WEXITSTATUS(run({.processes = 60, .threads = 8}, [] { return forked(100); })), 7);
}

// Forks once for each byte it reads, and answers whether it could.
int forks_on_demand(int requests, int answers) {
    char byte = 0;
    while (::read(requests, &byte, 1) == 1) {
        byte = forked(1) == 1 ? 'y' : 'n';
        if (::write(answers, &byte, 1) != 1) return 1;
    }
    return 0;
}

TEST_F(LimitsTest, LoweringTheNumberKillsNothingButStopsNewOnes) {
    auto group = make("load");
    int requests[2];
    int answers[2];
    ASSERT_EQ(::pipe2(requests, O_CLOEXEC) + ::pipe2(answers, O_CLOEXEC), 0);
    const auto can_fork = [&] {
        char byte = '?';
        return ::write(requests[1], &byte, 1) == 1 && ::read(answers[0], &byte, 1) == 1 &&
               byte == 'y';
    };
    Child crowd(group, [&] { return forks_on_demand(requests[0], answers[1]); });
    crowd.let_go();
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(can_fork());
    ASSERT_OK(group.apply({.processes = 5}, {}));  // a running WPAR: its processes are drawn in
    EXPECT_FALSE(can_fork());
    EXPECT_EQ(group.processes()->size(), 11U);
    EXPECT_EQ(group.usage()->threads, 11U);
    ASSERT_OK(group.apply({}, {}));  // taken back
    EXPECT_TRUE(can_fork());
    for (const int fd : {requests[0], requests[1], answers[0], answers[1]}) ::close(fd);
}

TEST_F(LimitsTest, AMemoryHogIsKilledInsideItsGroup) {
    const Limits limits = {.total_virtual_memory = 32 * mib};
    const int status = run(limits, [] { return touches(128 * mib); });
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
}

TEST_F(LimitsTest, WhatFitsIntoTheMemoryRuns) {
    const Limits limits = {.total_virtual_memory = 128 * mib};
    EXPECT_EQ(run(limits, [] { return touches(32 * mib); }), 0);
}

TEST_F(LimitsTest, MemoryPercentagesReachTheKernel) {
    auto group = make("load");
    const auto machine = *Machine::detect();
    ASSERT_OK(group.apply({.memory = PercentRange{.min = 100, .soft = 1000, .hard = 2000}}, {}));
    const auto hard = control(Controller::memory, "load", "memory.max", "memory.limit_in_bytes");
    const auto soft =
        control(Controller::memory, "load", "memory.high", "memory.soft_limit_in_bytes");
    EXPECT_NEAR(static_cast<double>(to_number(hard).value_or(0)),
                static_cast<double>(machine.memory_bytes) / 5, 4096);
    EXPECT_NEAR(static_cast<double>(to_number(soft).value_or(0)),
                static_cast<double>(machine.memory_bytes) / 10, 4096);
    ASSERT_OK(group.apply({}, {}));
    EXPECT_NE(control(Controller::memory, "load", "memory.max", "memory.limit_in_bytes"), hard);
}

TEST_F(LimitsTest, MemoryLimitsRiseAndFallLive) {
    auto group = make("load");
    for (const std::size_t size : {64 * mib, 512 * mib, 16 * mib, 256 * mib}) {
        ASSERT_OK(group.apply({.total_virtual_memory = size}, {}));
        EXPECT_EQ(control(Controller::memory, "load", "memory.max", "memory.limit_in_bytes"),
                  cat(size));
    }
}

TEST_F(LimitsTest, UsageTellsMemoryAndTime) {
    auto group = make("load");
    ASSERT_OK(group.apply({.total_virtual_memory = 128 * mib, .processes = 10}, {}));
    const MemoryHolder child(group, 32 * mib);
    const auto usage = group.usage();
    ASSERT_OK(usage);
    EXPECT_EQ(usage->threads, 1U);
    EXPECT_GE(usage->memory_bytes.value_or(0), 32 * mib);
    EXPECT_GE(usage->cpu_microseconds.value_or(0), 1U);
}

// Without a limit this takes as long as it works; with a twentieth of the machine at least several
// times that.
TEST_F(LimitsTest, TheHardCpuMaximumHoldsOnAnIdleMachineToo) {
    const auto cpus = Machine::detect()->cpus;
    const auto hard = 1000 / cpus;  // a tenth of one processor
    const Limits limits = {.cpu = PercentRange{.soft = hard, .hard = hard}};
    const double start = seconds(CLOCK_MONOTONIC);
    constexpr double work = 0.06;
    EXPECT_EQ(run(limits,
                  [=] {
                      while (seconds(CLOCK_PROCESS_CPUTIME_ID) < work) {
                      }
                      return 0;
                  }),
              0);
    EXPECT_GT(seconds(CLOCK_MONOTONIC) - start, 4 * work);
}

TEST_F(LimitsTest, CpuSharesReachTheKernelForAllActiveWpars) {
    std::vector<Member> active;
    for (const std::uint32_t shares : {15U, 10U, 5U}) {
        active.push_back({cat("w", shares), {.cpu_shares = shares}});
        (void)make(active.back().name);
    }
    ASSERT_OK(rebalance(host(), active));
    const auto weight = [&](const std::string& name) {
        return control(Controller::cpu, name, "cpu.weight", "cpu.shares");
    };
    const bool v1 = host().version(Controller::cpu) == Version::v1;
    EXPECT_EQ(weight("w15"), v1 ? "1536" : "150");
    EXPECT_EQ(weight("w10"), v1 ? "1024" : "100");
    EXPECT_EQ(weight("w5"), v1 ? "512" : "50");
    active.erase(active.begin());  // the first one stops
    ASSERT_OK(rebalance(host(), active));
    EXPECT_EQ(weight("w10"), v1 ? "1362" : "133");
    EXPECT_EQ(weight("w5"), v1 ? "686" : "67");
}

// Both on one processor, so that they contend whatever else this machine does.
TEST_F(LimitsTest, SharesDivideAProcessorThatBothWant) {
    const std::vector<Member> active = {{"rich", {.cpu_shares = 40, .cpus = "0"}},
                                        {"poor", {.cpu_shares = 10, .cpus = "0"}}};
    const auto rich = make("rich");
    const auto poor = make("poor");
    ASSERT_OK(rebalance(host(), active));
    const auto burns = [] {
        while (seconds(CLOCK_PROCESS_CPUTIME_ID) < 0.5) {
        }
        return 0;
    };
    Child second(poor, burns);
    Child first(rich, burns);
    ASSERT_OK(poor.join_controllers(second.pid()));
    ASSERT_OK(rich.join_controllers(first.pid()));
    second.let_go();
    first.let_go();
    EXPECT_EQ(first.status(), 0);
    EXPECT_LT(poor.usage()->cpu_microseconds.value_or(0),
              300'000U);  // a quarter of 0.5 s is 125'000
}

TEST_F(LimitsTest, AResourceSetHoldsItsProcesses) {
    const auto online = Machine::detect()->cpu_list;
    const auto last = online.substr(online.find_last_of("-,") + 1);
    EXPECT_EQ(run({.cpus = last},
                  [&] {
                      cpu_set_t set;
                      if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
                      if (CPU_COUNT(&set) != 1) return 2;
                      return CPU_ISSET(std::stoul(last), &set) ? 0 : 3;
                  }),
              0);
}

TEST_F(LimitsTest, AResourceSetIsTakenBack) {
    auto group = make("load");
    ASSERT_OK(group.apply({.cpus = "0"}, {}));
    ASSERT_OK(group.apply({}, {}));
    Child child(group, [] {
        cpu_set_t set;
        if (::sched_getaffinity(0, sizeof set, &set) != 0) return -1;
        return CPU_COUNT(&set);
    });
    ASSERT_OK(group.join_controllers(child.pid()));
    EXPECT_EQ(WEXITSTATUS(child.status()), static_cast<int>(Machine::detect()->cpus));
}

TEST_F(LimitsTest, LargePagesReachTheKernel) {
    if (host().version(Controller::hugetlb) == Version::none) {
        EXPECT_EQ(check(host(), {.large_pages = 3}).error().kind, Kind::unsupported);
        return;
    }
    auto group = make("load");
    const auto machine = *Machine::detect();
    if (machine.large_page_bytes != 2 * mib) GTEST_SKIP() << "another default size";
    ASSERT_OK(group.apply({.large_pages = 3}, {}));
    EXPECT_EQ(control(Controller::hugetlb, "load", "hugetlb.2MB.max", "hugetlb.2MB.limit_in_bytes"),
              "6291456");
}

TEST_F(LimitsTest, ALimitCanBeSetWhileTheWparRuns) {
    auto group = make("load");
    Child child(group, [] { return touches(256 * mib); });
    ASSERT_OK(group.apply({.total_virtual_memory = 32 * mib}, {}));
    EXPECT_EQ(child.status(), SIGKILL);
}

TEST_F(LimitsTest, ProcessorsThatAreNotThereAreRefused) {
    auto group = make("load");
    const auto applied = group.apply({.cpus = "4000"}, {});
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().kind, Kind::invalid);
    EXPECT_THAT(applied.error().text, HasSubstr("processor 4000"));
}

}  // namespace
}  // namespace cgroup
