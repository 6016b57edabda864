// The whole way down to the files, on directories that look like a v2 tree and like v1 controllers.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "cgroup/controllers.h"
#include "cgroup/group.h"

namespace cgroup {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

class FakeTree : public testing::Test {
  protected:
    FakeTree() {
        char path[] = "/tmp/corral-cgroup-XXXXXX";
        top_ = ::mkdtemp(path);
    }
    ~FakeTree() override { fs::remove_all(top_); }

    std::string at(const std::string& path) const { return top_ + "/" + path; }
    void file(const std::string& path, const std::string& text = "") const {
        fs::create_directories(fs::path(at(path)).parent_path());
        std::ofstream(at(path)) << text;
    }
    void files(const std::string& dir, const std::vector<std::string>& names) const {
        for (const auto& name : names) file(cat(dir, "/", name));
    }
    std::string text(const std::string& path) const {
        std::ifstream stream(at(path));
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    Hierarchy pure(const std::string& handed_on = "cpuset cpu memory pids hugetlb\n") const {
        file("v2/cgroup.controllers", "cpuset cpu io memory hugetlb pids\n");
        file("v2/cgroup.subtree_control", handed_on);
        return *Hierarchy::from_mounts("9 8 0:26 / " + at("v2") + " rw - cgroup2 none rw\n");
    }
    Hierarchy hybrid() const {
        auto mounts = cat("9 8 0:26 / ", at("v2"), " rw - cgroup2 none rw\n");
        for (const std::string name : {"cpu", "cpuset", "memory", "pids"}) {
            fs::create_directories(at(name));
            mounts += cat("9 8 0:26 / ", at(name), " rw - cgroup none rw,", name, "\n");
        }
        file("v2/cgroup.controllers", "\n");
        return *Hierarchy::from_mounts(mounts);
    }
    void v2_files(const std::string& group) const {
        files(group,
              {"cpu.weight", "cpu.max", "cpuset.cpus", "memory.min", "memory.low", "memory.high",
               "memory.max", "memory.swap.max", "pids.max", "hugetlb.2MB.max"});
    }

  private:
    std::string top_;
};

TEST_F(FakeTree, AGroupHasOnePartForLimitsAndOneForTheWpar) {
    const auto host = pure();
    const auto group = Group::create(host, "web1", {});
    ASSERT_TRUE(group) << group.error().text;
    EXPECT_TRUE(fs::is_directory(at("v2/corral/web1/wpar")));
    EXPECT_EQ(group->delegated_path(), at("v2/corral/web1/wpar"));
    EXPECT_GE(group->clone_fd(), 0);
    EXPECT_THAT(host.list(), ElementsAre("web1"));
}

TEST_F(FakeTree, WhereSystemdDelegatedAScopeAllOfAWparIsInIt) {
    const auto host = pure();
    fs::create_directories(at("v2/corral.slice/wpar-web1.scope"));
    fs::create_directories(at("v2/corral.slice/another.scope"));
    const auto group = Group::create(host, "web1", {});
    ASSERT_TRUE(group) << group.error().text;
    EXPECT_EQ(group->delegated_path(), at("v2/corral.slice/wpar-web1.scope/limits/wpar"));
    EXPECT_FALSE(fs::exists(at("v2/corral")));
    EXPECT_TRUE(Group::open(host, "web1"));
    EXPECT_THAT(host.list(), ElementsAre("web1"));
    ASSERT_TRUE(remove(host, "web1"));
    EXPECT_FALSE(fs::exists(at("v2/corral.slice/wpar-web1.scope/limits")));
    EXPECT_TRUE(fs::exists(at("v2/corral.slice/wpar-web1.scope"))) << "systemd's, not ours";
    EXPECT_THAT(host.list(), ElementsAre());
}

TEST_F(FakeTree, WhatSystemdForgetsOfAnEmptyScopeIsRemoved) {
    const auto host = pure();
    fs::create_directories(at("v2/corral.slice/wpar-web1.scope/limits/wpar"));
    fs::create_directories(at("v2/corral.slice/wpar-web1.scope/keeper"));
    file("v2/corral.slice/wpar-web1.scope/cgroup.events", "populated 0\nfrozen 0\n");
    ASSERT_TRUE(remove(host, "web1", std::chrono::milliseconds(1)));
    EXPECT_FALSE(fs::exists(at("v2/corral.slice/wpar-web1.scope/limits")));
    EXPECT_FALSE(fs::exists(at("v2/corral.slice/wpar-web1.scope/keeper")));
}

TEST_F(FakeTree, AScopeThatSomebodyIsInKeepsItsKeeper) {
    const auto host = pure();
    fs::create_directories(at("v2/corral.slice/wpar-web1.scope/limits/wpar"));
    fs::create_directories(at("v2/corral.slice/wpar-web1.scope/keeper"));
    file("v2/corral.slice/wpar-web1.scope/cgroup.events", "populated 1\nfrozen 0\n");
    ASSERT_TRUE(remove(host, "web1", std::chrono::milliseconds(1)));
    EXPECT_FALSE(fs::exists(at("v2/corral.slice/wpar-web1.scope/limits")));
    EXPECT_TRUE(fs::exists(at("v2/corral.slice/wpar-web1.scope/keeper")));
}

TEST_F(FakeTree, WhoHoldsAWparJoinsItsScopeBesideTheLimits) {
    const auto host = pure();
    ASSERT_TRUE(join_keeper(host, "web1", 42)) << "without a scope there is nothing to do";
    file("v2/corral.slice/wpar-web1.scope/keeper/cgroup.procs");
    ASSERT_TRUE(join_keeper(host, "web1", 42));
    EXPECT_EQ(text("v2/corral.slice/wpar-web1.scope/keeper/cgroup.procs"), "42\n");
}

TEST_F(FakeTree, WhatCountsAmongNeighboursIsAskedOfTheOwnerOfTheirScopes) {
    const auto host = pure();
    for (const std::string group : {"v2/corral.slice", "v2/corral.slice/wpar-web1.scope",
                                    "v2/corral.slice/wpar-web1.scope/limits"}) {
        v2_files(group);
        file(cat(group, "/cgroup.subtree_control"), "cpuset cpu memory pids hugetlb\n");
    }
    file("v2/corral.slice/wpar-web1.scope/cpu.weight", "100\n");
    // the group is given only when it is made after its files: a fake tree has no kernel to make them
    fs::create_directories(at("v2/corral.slice/wpar-web1.scope/limits/wpar"));
    auto group = Group::open(host, "web1");
    ASSERT_TRUE(group);
    std::vector<std::string> asked;
    const AskOwner ask = [&](const std::string& unit, const std::vector<Setting>& settings) {
        for (const auto& setting : settings)
            asked.push_back(cat(unit, " ", setting.file, " ", setting.value));
        return Result<void>();
    };
    Limits shares;
    shares.cpu_shares = 30;
    Limits fewer;
    fewer.cpu_shares = 10;
    const auto applied = group->apply(shares, {{fewer}}, ask);
    ASSERT_TRUE(applied) << applied.error().text;
    EXPECT_THAT(asked, testing::Contains("wpar-web1.scope cpu.weight 150"));
    EXPECT_EQ(text("v2/corral.slice/wpar-web1.scope/limits/cpu.weight"), "150\n");
    EXPECT_EQ(text("v2/corral.slice/wpar-web1.scope/cpu.weight"), "100\n") << "systemd writes it";
}

TEST(ScopeUnit, IsNamedAfterItsWpar) {
    EXPECT_EQ(scope_unit("web1"), "wpar-web1.scope");
    EXPECT_EQ(scope_unit("a_b-c"), "wpar-a_b-c.scope");
    EXPECT_EQ(scope_unit("a#b%@"), "wpar-a\\x23b\\x25\\x40.scope");
}

TEST_F(FakeTree, ListsWparsByTheNamesInTheirScopes) {
    const auto host = pure();
    for (const std::string unit : {"wpar-web1.scope", "wpar-a\\x23b.scope", "wpar-bad\\xzz.scope"})
        fs::create_directories(at(cat("v2/corral.slice/", unit, "/limits")));
    ASSERT_TRUE(Group::create(host, "plain", {}));
    EXPECT_THAT(host.list(), ElementsAre("a#b", "plain", "web1"));
}

TEST_F(FakeTree, RemoveLeavesNothing) {
    const auto host = hybrid();
    ASSERT_TRUE(Group::create(host, "web1", {}));
    fs::create_directories(at("v2/corral/web1/wpar/system.slice/ssh.service"));
    fs::create_directories(at("cpu/corral/web1"));
    const auto removed = remove(host, "web1");
    ASSERT_TRUE(removed) << removed.error().text;
    EXPECT_FALSE(fs::exists(at("v2/corral")));
    EXPECT_FALSE(fs::exists(at("cpu/corral")));
    EXPECT_TRUE(remove(host, "web1"));
    EXPECT_THAT(host.list(), ElementsAre());
}

TEST_F(FakeTree, RemoveLeavesNeighboursAlone) {
    const auto host = pure();
    ASSERT_TRUE(Group::create(host, "web1", {}));
    ASSERT_TRUE(Group::create(host, "web2", {}));
    ASSERT_TRUE(remove(host, "web1"));
    EXPECT_THAT(host.list(), ElementsAre("web2"));
}

TEST_F(FakeTree, AnEmptyGroupOfAnEarlierLifeIsMadeAnew) {
    const auto host = pure();
    fs::create_directories(at("v2/corral/web1/wpar/left-over"));
    ASSERT_TRUE(Group::create(host, "web1", {}));
    EXPECT_FALSE(fs::exists(at("v2/corral/web1/wpar/left-over")));
}

TEST_F(FakeTree, APopulatedGroupIsBusy) {
    const auto host = pure();
    file("v2/corral/web1/cgroup.events", "populated 1\nfrozen 0\n");
    file("v2/corral/web1/wpar/cgroup.procs", "4711\n4712\n");
    const auto group = Group::create(host, "web1", {});
    ASSERT_FALSE(group);
    EXPECT_EQ(group.error().kind, Kind::busy);
    EXPECT_THAT(group.error().text, HasSubstr("still holds processes: 4711 4712"));
}

TEST_F(FakeTree, NamesThatLeadElsewhereAreRefused) {
    const auto host = pure();
    for (const std::string name : {"", ".", "..", "a/b", "../x", "cgroup.procs", "a\nb"}) {
        EXPECT_EQ(Group::create(host, name, {}).error().kind, Kind::invalid) << name;
        EXPECT_EQ(Group::open(host, name).error().kind, Kind::invalid) << name;
    }
    EXPECT_FALSE(remove(host, ".."));
    EXPECT_EQ(Group::open(host, "nobody").error().kind, Kind::missing);
}

TEST_F(FakeTree, ApplyWritesV2FilesOfTheGroupAboveTheWpar) {
    const auto host = pure();
    auto group = Group::create(host, "web1", {});
    ASSERT_TRUE(group);
    file("v2/corral/cgroup.subtree_control", "cpu memory pids cpuset\n");
    v2_files("v2/corral");
    v2_files("v2/corral/web1");
    const auto applied = group->apply({.cpu = PercentRange{.min = 8000},
                                       .total_virtual_memory = 1 << 20,
                                       .processes = 50,
                                       .cpus = "0"},
                                      {{{}, {}}});
    ASSERT_TRUE(applied) << applied.error().text;
    EXPECT_EQ(text("v2/corral/web1/cpu.weight"), "800\n");
    EXPECT_EQ(text("v2/corral/cpu.weight"), "1200\n");
    EXPECT_EQ(text("v2/corral/web1/memory.max"), "1048576\n");
    EXPECT_EQ(text("v2/corral/web1/memory.swap.max"), "0\n");
    EXPECT_EQ(text("v2/corral/web1/pids.max"), "50\n");
    EXPECT_EQ(text("v2/corral/web1/cpuset.cpus"), "0\n");
    EXPECT_EQ(text("v2/corral/web1/cpu.max"), "max 100000\n");
    EXPECT_TRUE(
        fs::is_empty(at("v2/corral/web1/wpar")));  // nothing is limited or handed on in there
}

TEST_F(FakeTree, ApplyHandsOnOnlyWhatIsNeeded) {
    const auto host = pure("cpu\n");
    auto group = Group::create(host, "web1", {});
    ASSERT_TRUE(group);
    file("v2/corral/cgroup.subtree_control");
    v2_files("v2/corral/web1");
    ASSERT_TRUE(group->apply({.processes = 50}, {}));
    EXPECT_EQ(text("v2/corral/cgroup.subtree_control"), "+pids");
    EXPECT_THAT(text("v2/cgroup.subtree_control"), HasSubstr("+pids"));
}

TEST_F(FakeTree, ApplyTakesBack) {
    const auto host = pure();
    auto group = Group::create(host, "web1", {});
    ASSERT_TRUE(group);
    v2_files("v2/corral/web1");
    const auto applied = group->apply({}, {});
    ASSERT_TRUE(applied) << applied.error().text;
    EXPECT_EQ(text("v2/corral/web1/memory.max"), "max\n");
    EXPECT_EQ(text("v2/corral/web1/cpuset.cpus"), "\n");
    EXPECT_EQ(text("v2/corral/web1/pids.max"), "max\n");
}

TEST_F(FakeTree, WithoutLimitsNoV1GroupIsMade) {
    const auto host = hybrid();
    auto group = Group::create(host, "web1", {});
    ASSERT_TRUE(group);
    ASSERT_TRUE(group->apply({}, {}));
    EXPECT_TRUE(group->join_controllers(1));  // nothing to join
    for (const std::string controller : {"cpu", "cpuset", "memory", "pids"})
        EXPECT_TRUE(fs::is_empty(at(controller))) << controller;
}

TEST_F(FakeTree, ApplyWritesV1FilesAndMovesWhatRunsAlready) {
    const auto host = hybrid();
    auto group = Group::create(host, "web1", {});
    ASSERT_TRUE(group);
    files("pids/corral/web1", {"pids.max", "cgroup.procs"});
    ASSERT_TRUE(group->apply({.processes = 7}, {}));
    EXPECT_EQ(text("pids/corral/web1/pids.max"), "7\n");
    EXPECT_EQ(text("pids/corral/web1/cgroup.procs"), "");
    EXPECT_TRUE(fs::is_empty(at("memory")));
    file("v2/corral/web1/wpar/cgroup.procs", "4711\n");
    ASSERT_TRUE(group->apply({.processes = 8}, {}));
    EXPECT_EQ(text("pids/corral/web1/cgroup.procs"), "4711\n");
}

TEST_F(FakeTree, JoiningWritesToTheV1GroupsThatExist) {
    const auto host = hybrid();
    const auto group = Group::create(host, "web1", {});
    ASSERT_TRUE(group);
    file("memory/corral/web1/cgroup.procs");
    ASSERT_TRUE(group->join_controllers(42));
    EXPECT_EQ(text("memory/corral/web1/cgroup.procs"), "42\n");
}

TEST_F(FakeTree, AV1CpusetIsFilledFromAbove) {
    const auto host = hybrid();
    auto group = Group::create(host, "web1", {});
    ASSERT_TRUE(group);
    for (const std::string place : {"cpuset", "cpuset/corral", "cpuset/corral/web1"})
        files(place, {"cpuset.cpus", "cpuset.mems", "cgroup.procs"});
    file("cpuset/cpuset.cpus", "0-1\n");
    file("cpuset/cpuset.mems", "0\n");
    ASSERT_TRUE(group->apply({.cpus = "1"}, {}));
    EXPECT_EQ(text("cpuset/corral/cpuset.cpus"), "0-1\n");
    EXPECT_EQ(text("cpuset/corral/web1/cpuset.mems"), "0\n");
    EXPECT_THAT(text("cpuset/corral/web1/cpuset.cpus"), testing::StartsWith("1\n"));
}

TEST_F(FakeTree, AMissingControllerIsNamedWithItsRemedy) {
    const auto host = hybrid();  // hugetlb is nowhere
    auto group = Group::create(host, "web1", {});
    ASSERT_TRUE(group);
    const auto applied = group->apply({.processes = 7, .large_pages = 1}, {});
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().kind, Kind::unsupported);
    EXPECT_THAT(applied.error().text, HasSubstr("'hugetlb'"));
    EXPECT_THAT(applied.error().text, testing::AnyOf(HasSubstr("boot"), HasSubstr("mount")));
    EXPECT_TRUE(fs::is_empty(at("pids")));  // nothing was made before it was known
    EXPECT_FALSE(check(host, {.large_pages = 1}));
    EXPECT_TRUE(check(host, {.processes = 7}));
}

TEST_F(FakeTree, AContainerIsToldToAskForTheController) {
    file("v2/cgroup.controllers", "cpu\n");
    file("v2/cgroup.type", "domain\n");
    const auto host = *Hierarchy::from_mounts("9 8 0:26 / " + at("v2") + " rw - cgroup2 none rw\n");
    const auto required = host.require(Controller::hugetlb);
    ASSERT_FALSE(required);
    EXPECT_THAT(required.error().text,
                testing::AnyOf(HasSubstr("Delegate=yes"), HasSubstr("mount")));
}

TEST_F(FakeTree, AKernelWithoutTheFileIsNamed) {
    const auto host = pure();
    auto group = Group::create(host, "web1", {});
    ASSERT_TRUE(group);
    file("v2/corral/cgroup.subtree_control", "cpu\n");
    files("v2/corral", {"cpu.weight"});
    files("v2/corral/web1", {"cpu.weight"});
    const auto applied = group->apply({.cpu = PercentRange{.soft = 10, .hard = 10}}, {});
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().kind, Kind::unsupported);
    EXPECT_THAT(applied.error().text, HasSubstr("no 'cpu.max'"));
}

TEST_F(FakeTree, RebalanceCountsActiveSharesAnew) {
    const auto host = pure();
    file("v2/corral/cgroup.subtree_control", "cpu\n");
    std::vector<Member> active;
    for (const std::uint32_t shares : {15U, 10U, 5U}) {
        active.push_back({cat("w", shares), {.cpu_shares = shares}});
        ASSERT_TRUE(Group::create(host, active.back().name, {}));
        v2_files("v2/corral/" + active.back().name);
    }
    files("v2/corral", {"cpu.weight"});
    active.push_back({"gone", {.cpu_shares = 10}});
    const auto balanced = rebalance(host, active);
    ASSERT_TRUE(balanced) << balanced.error().text;
    EXPECT_EQ(text("v2/corral/w15/cpu.weight"), "150\n");
    EXPECT_EQ(text("v2/corral/w10/cpu.weight"), "100\n");
    EXPECT_EQ(text("v2/corral/w5/cpu.weight"), "50\n");
}

TEST_F(FakeTree, NothingIsDividedUntilSomebodyHasShares) {
    const auto host = pure();
    EXPECT_FALSE(divided(host));
    auto group = Group::create(host, "web1", {});
    ASSERT_TRUE(group);
    file("v2/corral/cgroup.subtree_control", "pids\n");
    EXPECT_FALSE(divided(host));
    file("v2/corral/cgroup.subtree_control", "cpu pids\n");
    EXPECT_TRUE(divided(host));
}

TEST_F(FakeTree, OnAHybridHostTheGroupsTellThatThereAreShares) {
    const auto host = hybrid();
    ASSERT_TRUE(Group::create(host, "plain", {}));
    EXPECT_FALSE(divided(host));
    ASSERT_TRUE(ready(host, Controller::memory, "web1"));
    EXPECT_TRUE(divided(host));
    ASSERT_TRUE(remove(host, "web1"));
    EXPECT_FALSE(divided(host));
}

TEST_F(FakeTree, OnAPureHostAccountingAloneDividesNothing) {
    const auto host = pure("cpuset cpu memory pids hugetlb\n");
    file("v2/corral/cgroup.subtree_control", "memory pids\n");
    file("v2/corral/memory.low", "0\n");
    file("v2/corral/memory.min", "0\n");
    EXPECT_FALSE(divided(host));
    file("v2/corral/memory.low", "1048576\n");
    EXPECT_TRUE(divided(host));
}

TEST_F(FakeTree, WhatTheLastOneWasGuaranteedIsTakenBack) {
    const auto host = pure();
    auto group = Group::create(host, "web2", {});
    ASSERT_TRUE(group);
    v2_files("v2/corral/web2");
    file("v2/corral/cgroup.subtree_control", "cpu memory\n");
    file("v2/corral/memory.min", "1048576\n");
    file("v2/corral/memory.low", "0\n");
    ASSERT_TRUE(rebalance(host, {{"web2", {}}}));
    EXPECT_THAT(text("v2/corral/memory.min"), testing::StartsWith("0\n"));
}

TEST_F(FakeTree, ALimitBelowWhatIsInUseIsRefusedAndChangesNothing) {
    const auto host = pure();
    auto group = Group::create(host, "web1", {});
    ASSERT_TRUE(group);
    v2_files("v2/corral/web1");
    file("v2/corral/cgroup.subtree_control", "memory\n");
    file("v2/corral/web1/memory.current", "209715200\n");
    file("v2/corral/web1/memory.high", "max\n");
    file("v2/corral/web1/memory.max", "max\n");
    const auto applied = group->apply({.total_virtual_memory = 100 << 20}, {});
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().kind, Kind::busy);
    EXPECT_THAT(applied.error().text, HasSubstr("200 MB"));
    EXPECT_THAT(text("v2/corral/web1/memory.high"), testing::StartsWith("max\n"));
    EXPECT_EQ(text("v2/corral/web1/memory.max"), "max\n");
    ASSERT_TRUE(group->apply({.total_virtual_memory = 300 << 20}, {}));
    EXPECT_EQ(text("v2/corral/web1/memory.max"), "314572800\n");
}

TEST_F(FakeTree, UsageComesFromWhatCounts) {
    const auto host = hybrid();
    const auto group = Group::create(host, "web1", {});
    ASSERT_TRUE(group);
    file("v2/corral/web1/cpu.stat", "usage_usec 1234\nuser_usec 1000\n");
    file("v2/corral/web1/wpar/cgroup.threads", "7\n8\n");
    auto usage = group->usage();
    ASSERT_TRUE(usage);
    EXPECT_EQ(usage->cpu_microseconds, 1234U);
    EXPECT_EQ(usage->threads, 2U);
    EXPECT_FALSE(usage->memory_bytes);
    file("memory/corral/web1/memory.usage_in_bytes", "4096\n");
    file("memory/corral/web1/memory.max_usage_in_bytes", "8192\n");
    file("pids/corral/web1/pids.current", "3\n");
    usage = group->usage();
    EXPECT_EQ(usage->memory_bytes, 4096U);
    EXPECT_EQ(usage->memory_peak_bytes, 8192U);
    EXPECT_EQ(usage->threads, 3U);
}

TEST_F(FakeTree, ProcessesOfTheWholeTree) {
    const auto host = pure();
    const auto group = Group::create(host, "web1", {});
    ASSERT_TRUE(group);
    file("v2/corral/web1/cgroup.procs", "");
    file("v2/corral/web1/wpar/cgroup.procs", "9\n");
    file("v2/corral/web1/wpar/a/b/cgroup.procs", "5\n9\n0\n");  // 0: not visible from here
    EXPECT_THAT(*group->processes(), ElementsAre(5, 9));
}

TEST_F(FakeTree, StatesAreReadFromTheEvents) {
    const auto host = pure();
    const auto group = Group::create(host, "web1", {});
    ASSERT_TRUE(group);
    file("v2/corral/web1/cgroup.events", "populated 1\nfrozen 0\n");
    EXPECT_TRUE(*group->populated());
    EXPECT_FALSE(*group->frozen());
    EXPECT_FALSE(*group->wait_empty(milliseconds(0)));
    file("v2/corral/web1/cgroup.freeze");
    file("v2/corral/web1/cgroup.events", "populated 0\nfrozen 1\n");
    EXPECT_FALSE(*group->populated());
    EXPECT_TRUE(*group->freeze(milliseconds(0)));
    EXPECT_EQ(text("v2/corral/web1/cgroup.freeze"), "1\n");
}

TEST_F(FakeTree, TheBaseMayLieElsewhere) {
    file("v2/cgroup.controllers", "\n");
    const auto mounts = "9 8 0:26 / " + at("v2") + " rw - cgroup2 none rw\n";
    const auto host = *Hierarchy::from_mounts(mounts, "system.slice/corral.service");
    ASSERT_TRUE(Group::create(host, "web1", {}));
    EXPECT_TRUE(fs::is_directory(at("v2/system.slice/corral.service/web1/wpar")));
}

TEST_F(FakeTree, AHostWithoutV2IsToldHowToGetIt) {
    const auto host =
        Hierarchy::from_mounts("9 8 0:26 / /sys/fs/cgroup/memory rw - cgroup none rw,memory\n");
    ASSERT_FALSE(host);
    EXPECT_EQ(host.error().kind, Kind::unsupported);
    EXPECT_THAT(host.error().text, HasSubstr("mount -t cgroup2"));
}

TEST_F(FakeTree, DescribesItself) {
    EXPECT_EQ(hybrid().describe(),
              cat("cgroup v2 at ", at("v2"), "; v1: cpu cpuset memory pids; missing: hugetlb"));
}

}  // namespace
}  // namespace cgroup
