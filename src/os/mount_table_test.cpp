#include "os/mount_table.h"

#include <gtest/gtest.h>

namespace os {
namespace {

constexpr auto sample =
    "22 1 253:1 / / rw,relatime shared:1 - ext4 /dev/root rw,errors=remount-ro\n"
    "30 22 0:5 / /dev rw,nosuid - devtmpfs dev rw,mode=755\n"
    "41 22 7:0 / /wpars/a\\040b\\134c ro,nosuid,nodev shared:7 master:2 - xfs /dev/loop0 ro\n"
    "42 22 7:1 /sub /wpars/x rw - ext4 /dev/loop1 rw\n"
    "43 42 7:2 / /wpars/x rw - ext4 /dev/loop2 rw\n"
    "short line\n\n44 1 0:0 / /broken rw -\n";

TEST(MountTable, FieldsAreReadAndEscapesUndone) {
    const auto table = parse_mount_table(sample);
    ASSERT_EQ(table.size(), 5u);
    EXPECT_EQ(table[0].type, "ext4");
    EXPECT_EQ(table[0].super_options, "rw,errors=remount-ro");
    EXPECT_EQ(table[2].point, "/wpars/a b\\c");
    EXPECT_EQ(table[2].options, "ro,nosuid,nodev");
    EXPECT_EQ(table[2].source, "/dev/loop0");
    EXPECT_EQ(table[3].root, "/sub");
    EXPECT_EQ(table[4].parent, 42);
}

TEST(MountTable, TheLongestAndLatestMountHoldsAPath) {
    const auto table = parse_mount_table(sample);
    EXPECT_EQ(mount_of(table, "/etc")->point, "/");
    EXPECT_EQ(mount_of(table, "/device")->point, "/");
    EXPECT_EQ(mount_of(table, "/dev/null")->point, "/dev");
    EXPECT_EQ(mount_of(table, "/wpars/x/y")->source, "/dev/loop2");
    EXPECT_EQ(mount_of({}, "/"), nullptr);
}

TEST(MountTable, BelowIsByWholeNames) {
    EXPECT_TRUE(is_below("/a", "/a"));
    EXPECT_TRUE(is_below("/a/b", "/a"));
    EXPECT_FALSE(is_below("/ab", "/a"));
    EXPECT_TRUE(is_below("/ab", "/"));
    EXPECT_FALSE(is_below("", "/"));
}

}  // namespace
}  // namespace os
