#include "filesystem/file_system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "filesystem/make.h"

namespace filesystem {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

std::string image_of(const std::string& directory) {
    return backing({.wpar = "web1", .directory = directory, .type = Type::ext4});
}

TEST(FileSystem, AixWordsAndLinuxWordsNameTheSameTypes) {
    EXPECT_EQ(type_of("jfs2"), Type::ext4);
    EXPECT_EQ(type_of("namefs"), Type::bind);
    EXPECT_EQ(type_of("overlay"), Type::overlay);
    EXPECT_EQ(type_of("zfs"), std::nullopt);
    EXPECT_EQ(type_of(""), std::nullopt);
}

TEST(FileSystem, EachMountPointHasAnImageOfItsOwn) {
    EXPECT_EQ(image_of("/"), "/var/lib/wpars/web1/root.img");
    EXPECT_EQ(image_of("/var"), "/var/lib/wpars/web1/var.img");
    EXPECT_EQ(image_of("/var/log"), "/var/lib/wpars/web1/var-log.img");
    EXPECT_EQ(image_of("/var-log"), "/var/lib/wpars/web1/var%2dlog.img");
    EXPECT_EQ(image_of("/root"), "/var/lib/wpars/web1/%72oot.img");
    EXPECT_EQ(image_of("/..."), "/var/lib/wpars/web1/%2e...img");
    EXPECT_EQ(image_of("/a b%"), "/var/lib/wpars/web1/a%20b%25.img");
}

TEST(FileSystem, AVolumeGroupMeansALogicalVolumeAndANamedDeviceItself) {
    FileSystem wanted = {
        .wpar = "web1", .directory = "/a b+", .type = Type::xfs, .volume_group = "vg0"};
    EXPECT_EQ(logical_volume(wanted), "web1_a+20b+2b");
    EXPECT_EQ(backing(wanted), "/dev/vg0/web1_a+20b+2b");
    wanted.device = "/dev/sdz9";
    EXPECT_EQ(backing(wanted), "/dev/sdz9");
    EXPECT_EQ(logical_volume(wanted), "");
    EXPECT_EQ(backing({.wpar = "web1", .directory = "/", .type = Type::directory}), "");
}

TEST(FileSystem, BehindAnOverlayWithASizeThereIsAFileSystemOfThatSize) {
    FileSystem wanted = {.wpar = "web1", .directory = "/usr", .type = Type::overlay};
    EXPECT_FALSE(disk_of(wanted));
    wanted.size = 500 << 20;
    wanted.device = "/generation/usr";
    wanted.options = "ro";
    auto disk = disk_of(wanted);
    ASSERT_TRUE(disk);
    EXPECT_EQ(disk->type, Type::ext4);
    EXPECT_EQ(disk->size, wanted.size);
    EXPECT_EQ(disk->options, "") << "those are the view's";
    EXPECT_EQ(backing(*disk), "/var/lib/wpars/web1/usr.img");
    wanted.volume_group = "vg0/pool";
    EXPECT_EQ(backing(*disk_of(wanted)), "/dev/vg0/web1_usr");
    wanted.type = Type::bind;
    EXPECT_FALSE(disk_of(wanted));
}

TEST(FileSystem, LabelsAreCutToWhatTheirTypeAllows) {
    const FileSystem wanted = {
        .wpar = "a-rather-long-name", .directory = "/var", .type = Type::xfs};
    const auto command = maker_command(wanted, {.path = "/x.img", .zeroed = true});
    EXPECT_THAT(command, Contains("a-rather-lon"));
    EXPECT_EQ(command.back(), "/x.img");
}

TEST(FileSystem, OnlyAFreshImageIsTakenToBeZeroed) {
    const FileSystem wanted = {.wpar = "w", .directory = "/", .type = Type::ext4, .journal = false};
    EXPECT_THAT(maker_command(wanted, {.path = "/x", .zeroed = true}),
                Contains(HasSubstr("assume_storage_prezeroed")));
    EXPECT_THAT(maker_command(wanted, {.path = "/x"}),
                Not(Contains(HasSubstr("assume_storage_prezeroed"))));
    EXPECT_THAT(maker_command(wanted, {.path = "/x"}), Contains("^has_journal"));
}

TEST(FileSystem, ChecksNameTheMountPointAndWhatIsWrong) {
    const auto small = check({.wpar = "w", .directory = "/data", .type = Type::ext4, .size = 4096});
    ASSERT_FALSE(small);
    EXPECT_EQ(small.error().kind, Kind::invalid);
    EXPECT_THAT(small.error().text, HasSubstr("'/data'"));
    EXPECT_THAT(small.error().text, HasSubstr("too small"));
    const auto source =
        check({.wpar = "w", .directory = "/d", .type = Type::bind, .device = "/nowhere/at/all"});
    EXPECT_EQ(source.error().kind, Kind::missing);
    EXPECT_THAT(source.error().text, HasSubstr("/nowhere/at/all"));
    EXPECT_FALSE(check({.wpar = "w", .directory = "d"}));
    EXPECT_TRUE(check({.wpar = "w", .directory = "/d"}));
    EXPECT_FALSE(
        check({.wpar = "w", .directory = "/d", .type = Type::bind, .device = "/proc/self/stat"}));
}

}  // namespace
}  // namespace filesystem
