#include "launch/rebuild.h"

#include <gtest/gtest.h>

namespace launch {
namespace {

os::MountEntry at(std::string point, std::string type, std::string root = "/") {
    os::MountEntry one;
    one.point = std::move(point);
    one.type = std::move(type);
    one.root = std::move(root);
    return one;
}

Plan plan_with(Mount mount) {
    Plan plan;
    plan.mounts.push_back(std::move(mount));
    return plan;
}

TEST(OuterMounts, ThePlansComeFromOutside) {
    auto plan = plan_with({.source = "/usr", .target = "/usr"});
    plan.confinement.own_users = true;
    EXPECT_EQ(outer_mounts(plan, {at("/usr", "ext4"), at("/srv", "ext4")}),
              (std::vector<Outer>{{"/usr", "at/usr"}}));
}

TEST(OuterMounts, AKeyHoldsNoSignOfCriusSyntax) {
    const auto plan = plan_with({.source = "/x", .target = "/a:b]c[d"});
    const auto found = outer_mounts(plan, {at("/a:b]c[d", "ext4")});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].key.find_first_of(":[]"), std::string::npos);
}

TEST(OuterMounts, ATmpfsOfThePlanIsStoredWithItsContent) {
    Mount fresh = {.kind = Mount::Kind::fresh, .target = "/tmp"};
    fresh.type = "tmpfs";
    EXPECT_TRUE(outer_mounts(plan_with(fresh), {at("/tmp", "tmpfs")}).empty());
}

TEST(OuterMounts, CoversDevicesAndTheControlGroupComeFromOutside) {
    const auto found =
        outer_mounts({}, {at("/dev", "tmpfs"), at("/sys/fs/cgroup", "cgroup2", "/corral/w/wpar"),
                          at("/proc/kcore", "tmpfs", "/null"), at("/sys/firmware", "ramfs")});
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[0].key, "devices");
    EXPECT_EQ(found[1].key, "group");
    EXPECT_NE(found[2].key, found[3].key);
}

// A plan of a system WPAR.
Plan system_plan() {
    Plan plan;
    plan.confinement.own_users = true;
    return plan;
}

TEST(OuterMounts, AnApplicationSeesThoseOfTheGlobalEnvironment) {
    const auto plan = plan_with({.source = "/x", .target = "/data"});
    const auto found =
        outer_mounts(plan, {at("/", "ext4"), at("/home", "ext4"), at("/data", "ext4"),
                            at("/dev/shm", "tmpfs"), at("/proc/sys", "proc", "/sys")});
    EXPECT_EQ(found, (std::vector<Outer>{{"/home", "at/home"}, {"/data", "at/data"}}));
}

TEST(OuterMounts, WhatIsTheWparsOwnIsNot) {
    EXPECT_TRUE(
        outer_mounts(system_plan(),
                     {at("/proc", "proc"), at("/sys", "sysfs"), at("/proc/sys", "proc", "/sys"),
                      at("/dev/pts", "devpts"), at("/dev/shm", "tmpfs"), at("/run", "tmpfs"),
                      at("/mnt/sysroot", "tmpfs"), at("/run/credentials/x", "ramfs")})
            .empty());
}

TEST(OuterMounts, StackedMountsOfOnePlaceAreNamedOnce) {
    const auto plan = plan_with({.source = "/usr", .target = "/usr"});
    EXPECT_EQ(outer_mounts(plan, {at("/usr", "ext4"), at("/usr", "tmpfs")}).size(), 1U);
}

}  // namespace
}  // namespace launch
