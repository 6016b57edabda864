#include "launch/movable_tree.h"

#include <gtest/gtest.h>

namespace launch {
namespace {

using Points = std::vector<std::string>;

os::MountEntry at(std::string point, std::string type = "ext4") {
    os::MountEntry one;
    one.point = std::move(point);
    one.type = std::move(type);
    return one;
}

TEST(SharedMounts, FileSystemsOfTheGlobalEnvironmentAreSeenOuterOnesFirst) {
    EXPECT_EQ(
        shared_mounts({at("/"), at("/srv/data"), at("/home"), at("/srv"), at("/run", "tmpfs")}, {}),
        (Points{"/home", "/run", "/srv", "/srv/data"}));
}

TEST(SharedMounts, WhatIsMadeAnewIsNot) {
    EXPECT_TRUE(shared_mounts({at("/dev", "devtmpfs"), at("/dev/shm", "tmpfs"), at("/proc", "proc"),
                               at("/sys", "sysfs"), at("/sys/fs/cgroup", "cgroup2")},
                              {})
                    .empty());
}

TEST(SharedMounts, WhatComesAndGoesIsNot) {
    EXPECT_TRUE(shared_mounts({at("/run/user/0", "tmpfs"), at("/run/netns/a", "nsfs"),
                               at("/net", "autofs"), at("/var/lib/docker/overlay2/x", "overlay")},
                              {})
                    .empty());
}

TEST(SharedMounts, NorIsWhatLiesBelowThat) {
    EXPECT_TRUE(shared_mounts({at("/net", "autofs"), at("/net/host", "nfs4")}, {}).size() == 0);
}

TEST(SharedMounts, OtherPartitionsAreLeftOut) {
    EXPECT_EQ(shared_mounts({at("/wpars"), at("/wpars/web"), at("/wparsnot")}, {"/wpars"}),
              (Points{"/wpars", "/wparsnot"}));
}

TEST(SharedMounts, APlaceWithTwoMountsIsTakenOnce) {
    EXPECT_EQ(shared_mounts({at("/srv"), at("/srv", "xfs")}, {}), (Points{"/srv"}));
}

}  // namespace
}  // namespace launch
