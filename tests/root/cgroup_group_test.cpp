// Groups on the real machine: born in, joined, frozen, killed, removed, delegated.
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/stat.h>

#include "cgroup/kill.h"
#include "cgroup_fixture.h"

namespace cgroup {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(CgroupTest, AChildIsBornInTheWparsGroup) {
    const auto group = make("born");
    const Child child(group, sleeps);
    EXPECT_THAT(*group.processes(), ElementsAre(child.pid()));
    EXPECT_TRUE(*group.populated());
    EXPECT_THAT(text(cat("/proc/", child.pid(), "/cgroup")),
                HasSubstr(cat("0::/", host().base(), "/born/wpar")));
    EXPECT_THAT(host().list(), ElementsAre("born"));
}

TEST_F(CgroupTest, WithoutLimitsNoV1ControllerIsJoined) {
    const auto group = make("light");
    const Child child(group, sleeps);
    ASSERT_OK(group.join_controllers(child.pid()));
    for (const auto& base : host().v1_bases()) EXPECT_FALSE(os::exists(base)) << base;
}

TEST_F(CgroupTest, CreateAndRemoveAreBusyWhileAProcessLives) {
    const auto group = make("busy");
    Child child(group, sleeps);
    const auto again = Group::create(host(), "busy", {});
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, Kind::busy);
    EXPECT_THAT(again.error().text, HasSubstr(cat("processes: ", child.pid())));
    const auto removed = remove(host(), "busy", milliseconds(1));
    ASSERT_FALSE(removed);
    EXPECT_EQ(removed.error().kind, Kind::busy);
    EXPECT_TRUE(child.alive());
}

TEST_F(CgroupTest, RemoveWaitsForProcessesThatAreEnding) {
    const auto group = make("ending");
    const Child child(group, sleeps);
    ::kill(child.pid(), SIGKILL);
    ASSERT_OK(remove(host(), "ending", long_enough));
    EXPECT_FALSE(os::exists(cat(host().v2_base(), "/ending")));
    ASSERT_OK(remove(host(), "ending"));
}

TEST_F(CgroupTest, RemoveWaitsForProcessesOfAV1GroupOnly) {
    const auto bases = host().v1_bases();
    if (bases.empty()) GTEST_SKIP() << "no v1 controller here";
    auto group = make("stray");
    ASSERT_OK(group.apply({.processes = 100}, {}));
    const auto other = make("other");
    const Child child(other, sleeps);
    ASSERT_OK(group.join_controllers(child.pid()));
    const auto removed = remove(host(), "stray", milliseconds(1));
    ASSERT_FALSE(removed);
    EXPECT_EQ(removed.error().kind, Kind::busy);
    EXPECT_THAT(host().list(), Contains("stray"));  // the leftover is seen
    ::kill(child.pid(), SIGKILL);
    ASSERT_OK(remove(host(), "stray", long_enough));
    EXPECT_THAT(host().list(), ElementsAre("other"));
}

TEST_F(CgroupTest, KillReachesGroupsMadeInside) {
    const auto group = make("deep");
    ASSERT_EQ(::mkdirat(group.clone_fd(), "system.slice", 0755), 0);
    ASSERT_EQ(::mkdirat(group.clone_fd(), "system.slice/ssh.service", 0755), 0);
    Child child(group, sleeps);
    ASSERT_OK(
        os::write_existing(cat(group.delegated_path(), "/system.slice/ssh.service/cgroup.procs"),
                           cat(child.pid(), "\n")));
    EXPECT_THAT(*group.processes(), ElementsAre(child.pid()));
    EXPECT_FALSE(*group.wait_empty(milliseconds(0)));
    ASSERT_OK(group.kill());
    EXPECT_TRUE(*group.wait_empty(long_enough));
    EXPECT_EQ(child.status(), SIGKILL);
    ASSERT_OK(remove(host(), "deep"));
}

TEST_F(CgroupTest, KillEndsWhatForksAllTheTime) {
    auto group = make("bomb");
    ASSERT_OK(group.apply({.processes = 50}, {}));
    Child child(group, [] {
        for (;;) (void)::fork();
        return 0;
    });
    ASSERT_OK(group.join_controllers(child.pid()));
    child.let_go();
    while (group.processes()->size() < 10) {
    }
    ASSERT_OK(group.kill());
    EXPECT_TRUE(*group.wait_empty(long_enough));
    ASSERT_OK(remove(host(), "bomb"));
}

TEST_F(CgroupTest, OldKernelsKillOneByOne) {
    auto group = make("bomb");
    ASSERT_OK(group.apply({.processes = 50}, {}));
    Child child(group, [] {
        for (;;) (void)::fork();
        return 0;
    });
    ASSERT_OK(group.join_controllers(child.pid()));
    child.let_go();
    while (group.processes()->size() < 10) {
    }
    ASSERT_OK(kill_one_by_one(*os::Dir::open(cat(host().v2_base(), "/bomb"))));
    EXPECT_FALSE(*group.populated());
    EXPECT_FALSE(*group.frozen());
}

TEST_F(CgroupTest, AFrozenGroupStandsStillUntilItIsThawed) {
    const auto group = make("ice");
    int answers[2];
    ASSERT_EQ(::pipe2(answers, O_CLOEXEC), 0);
    Child child(group, [&] {
        (void)!::write(answers[1], "!", 1);
        return 0;
    });
    EXPECT_TRUE(*group.freeze(long_enough));
    EXPECT_TRUE(*group.frozen());
    child.let_go();
    pollfd watched = {answers[0], POLLIN, 0};
    EXPECT_EQ(::poll(&watched, 1, 50), 0);
    ASSERT_OK(group.thaw());
    EXPECT_EQ(::poll(&watched, 1, 30'000), 1);
    EXPECT_EQ(child.status(), 0);
    ::close(answers[0]);
    ::close(answers[1]);
}

TEST_F(CgroupTest, AFrozenGroupCanBeKilled) {
    const auto group = make("ice");
    Child child(group, sleeps);
    EXPECT_TRUE(*group.freeze(long_enough));
    ASSERT_OK(group.kill());
    EXPECT_TRUE(*group.wait_empty(long_enough));
    EXPECT_EQ(child.status(), SIGKILL);
}

TEST_F(CgroupTest, ItsOwnerManagesTheDelegatedPartAndNothingAbove) {
    constexpr uid_t first = 1'234'000;
    const auto group = make("tenant", {.uid = first, .gid = first});
    const auto top = group.delegated_path();
    Child child(group, [&] {
        (void)::setgroups(0, nullptr);
        if (::setresgid(first, first, first) != 0 || ::setresuid(first, first, first) != 0)
            return 1;
        if (::mkdir(cat(top, "/inner").c_str(), 0755) != 0) return 2;
        if (!os::write_existing(cat(top, "/inner/cgroup.procs"), "0\n")) return 3;
        if (::mkdir(cat(top, "/../beside").c_str(), 0755) == 0) return 4;
        if (os::write_existing(cat(top, "/../cgroup.max.depth"), "max\n")) return 5;
        if (os::write_existing(cat(top, "/cgroup.freeze"), "1\n")) return 6;
        return 0;
    });
    EXPECT_EQ(child.status(), 0);
    ASSERT_OK(remove(host(), "tenant"));
}

TEST_F(CgroupTest, ATreeMadeInsideCannotGrowTooDeepToRemove) {
    const auto group = make("pit");
    auto path = group.delegated_path();
    int depth = 0;
    while (depth < 200 && ::mkdir((path += "/d").c_str(), 0755) == 0) ++depth;
    EXPECT_GT(depth, 10);
    EXPECT_LT(depth, 100);
    ASSERT_OK(remove(host(), "pit"));
}

TEST_F(CgroupTest, OpenFindsWhatCreateMade) {
    const auto made = make("web1");
    const Child child(made, sleeps);
    const auto opened = Group::open(host(), "web1");
    ASSERT_OK(opened);
    EXPECT_THAT(*opened->processes(), ElementsAre(child.pid()));
    EXPECT_EQ(Group::open(host(), "web2").error().kind, Kind::missing);
}

TEST_F(CgroupTest, AProcessCanJoinLater) {
    const auto group = make("login");
    const auto other = make("outside");
    const Child child(other, sleeps);
    ASSERT_OK(group.join(child.pid()));
    EXPECT_THAT(*group.processes(), ElementsAre(child.pid()));
}

// In a container the top of the tree may hold processes, which bars it from handing on controllers.
TEST_F(CgroupTest, ATopWithProcessesOfItsOwnIsExplained) {
    const bool memory = host().version(Controller::memory) == Version::v2;
    if (!memory && host().version(Controller::hugetlb) != Version::v2)
        GTEST_SKIP() << "no v2 controller here";
    const auto limits = memory ? Limits{.total_virtual_memory = 1 << 30} : Limits{.large_pages = 1};
    auto outer = make("outer");
    ASSERT_OK(outer.apply(limits, {}));
    const Child child(outer, sleeps);
    const auto top = cat(host().v2_base(), "/outer");
    ASSERT_OK(os::write_existing(cat(top, "/cgroup.procs"), cat(child.pid(), "\n")));
    const auto container =
        Hierarchy::from_mounts(cat("9 8 0:26 / ", top, " rw - cgroup2 none rw\n"));
    ASSERT_OK(container);
    auto inner = Group::create(*container, "web1", {});
    ASSERT_OK(inner);
    const auto applied = inner->apply(limits, {});
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().kind, Kind::busy);
    EXPECT_THAT(applied.error().text, HasSubstr(cat("'", top, "' holds processes of its own")));
    ASSERT_OK(remove(*container, "web1"));
}

TEST_F(CgroupTest, WparsThatComeAndGoTogetherDoNotDisturbEachOther) {
    const auto cycle = [&](const std::string& name) {
        for (int i = 0; i < 100; ++i) {
            auto group = Group::create(host(), name, {});
            if (!group) return 1;
            if (i % 10 == 0 && !group->apply({.processes = 9}, {})) return 2;
            if (!remove(host(), name)) return 3;
        }
        return 0;
    };
    const auto place = make("place");
    std::vector<std::unique_ptr<Child>> children;
    for (const auto* name : {"one", "two", "three"})
        children.push_back(std::make_unique<Child>(place, [=] { return cycle(name); }));
    for (const auto& child : children) child->let_go();
    for (const auto& child : children) EXPECT_EQ(child->status(), 0);
}

}  // namespace
}  // namespace cgroup
