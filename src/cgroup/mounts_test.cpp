#include "cgroup/mounts.h"

#include <gmock/gmock.h>

namespace cgroup {
namespace {

constexpr auto pure =
    "24 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
    "29 24 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 "
    "rw,nsdelegate,memory_recursiveprot\n";

constexpr auto hybrid =
    "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 master:2 - cgroup cgroup "
    "rw,cpu,cpuacct\n"
    "34 31 0:31 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset\n"
    "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
    "40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";

TEST(Mounts, OfAPureHost) {
    auto mounts = parse_mounts(pure);
    EXPECT_EQ(mounts.v2, "/sys/fs/cgroup");
    for (const auto controller : controllers) EXPECT_EQ(mounts.at(controller), "");
}

TEST(Mounts, OfAHybridHost) {
    auto mounts = parse_mounts(hybrid);
    EXPECT_EQ(mounts.v2, "/sys/fs/cgroup/unified");
    EXPECT_EQ(mounts.at(Controller::cpu), "/sys/fs/cgroup/cpu,cpuacct");
    EXPECT_EQ(mounts.at(Controller::cpuset), "/sys/fs/cgroup/cpuset");
    EXPECT_EQ(mounts.at(Controller::memory), "/sys/fs/cgroup/memory");
    EXPECT_EQ(mounts.at(Controller::pids), "");
}

TEST(Mounts, OfAnOldHostWithoutV2) {
    EXPECT_EQ(parse_mounts("35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n").v2,
              "");
}

TEST(Mounts, PreferTheUsualPlaceToACopyElsewhere) {
    const auto copy =
        std::string("90 24 0:26 / /srv/chroot/sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
    EXPECT_EQ(parse_mounts(copy + pure).v2, "/sys/fs/cgroup");
    EXPECT_EQ(parse_mounts(pure + copy).v2, "/sys/fs/cgroup");
    EXPECT_EQ(parse_mounts(copy).v2, "/srv/chroot/sys/fs/cgroup");
}

TEST(Mounts, InsideANamespaceOrABind) {
    EXPECT_EQ(parse_mounts("9 8 0:26 /../.. /sys/fs/cgroup ro - cgroup2 cgroup rw\n").v2,
              "/sys/fs/cgroup");
    EXPECT_EQ(parse_mounts("9 8 0:26 /docker/ab /sys/fs/cgroup ro - cgroup2 cgroup rw\n").v2,
              "/sys/fs/cgroup");
}

TEST(Mounts, WithBlanksInTheirPath) {
    EXPECT_EQ(parse_mounts("9 8 0:26 / /mnt/c\\040g\\134x rw - cgroup2 none rw\n").v2,
              "/mnt/c g\\x");
}

TEST(Mounts, OfATableThatMakesNoSense) {
    for (const auto* text :
         {"", "cgroup2", "1 2 3 cgroup2 - cgroup2", "- - - - - cgroup2 a b", "\\",
          "9 8 0:26 / /m\\04 rw - cgroup rw\n", "9 8 0:26 / /m rw cgroup2 cgroup2 rw"})
        EXPECT_EQ(parse_mounts(text).v2, "") << text;
}

TEST(Mounts, AreNotFoundInTheNamesOfOthers) {
    EXPECT_EQ(parse_mounts("9 8 0:26 / /cgroup2 rw - tmpfs cgroup2 rw,memory\n").v2, "");
}

}  // namespace
}  // namespace cgroup
