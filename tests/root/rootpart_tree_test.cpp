// Whole trees with everything that file systems can hold.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/xattr.h>

#include <array>

#include "root/rootpart_fixture.h"
#include "rootpart/tree.h"

namespace rootpart {
namespace {

class TreeTest : public RootpartTest {
  protected:
    Result<void> copy(unsigned threads = 2, const std::atomic<bool>* stop = nullptr) const {
        return copy_tree(open("global"), open("target"),
                         {.shown = "/usr", .stop = stop, .threads = threads});
    }
};

TEST_F(TreeTest, OwnersModesAndTimesAreKept) {
    file("global/bin/su", "x", 04755);
    ASSERT_EQ(::chown((top / "global/bin/su").c_str(), 12, 34), 0);
    ASSERT_EQ(::chmod((top / "global/bin/su").c_str(), 04755), 0);
    directory("global/share", 02750);
    link("global/bin/sh", "dash");
    const std::array<timespec, 2> times = {timespec{1000, 1}, timespec{2000, 2}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (top / "global/bin").c_str(), times.data(), 0), 0);
    ASSERT_EQ(
        ::utimensat(AT_FDCWD, (top / "global/bin/sh").c_str(), times.data(), AT_SYMLINK_NOFOLLOW),
        0);
    const auto copied = copy();
    ASSERT_TRUE(copied) << copied.error().text;
    EXPECT_EQ(mode("target/bin/su"), 04755u);
    EXPECT_EQ(stat("target/bin/su").st_uid, 12u);
    EXPECT_EQ(stat("target/bin/su").st_gid, 34u);
    EXPECT_EQ(mode("target/share"), 02750u);
    EXPECT_EQ(stat("target/bin").st_mtim.tv_sec, 2000);
    EXPECT_EQ(stat("target/bin/sh").st_mtim.tv_nsec, 2);
    EXPECT_EQ(std::filesystem::read_symlink(top / "target/bin/sh"), "dash");
}

TEST_F(TreeTest, HardLinksStayOneFileAcrossDirectories) {
    file("global/a/one", "text");
    directory("global/b");
    std::filesystem::create_hard_link(top / "global/a/one", top / "global/b/two");
    std::filesystem::create_hard_link(top / "global/a/one", top / "global/three");
    const auto before = stat("global/b").st_mtim;
    ASSERT_TRUE(copy());
    EXPECT_EQ(stat("target/a/one").st_nlink, 3u);
    EXPECT_EQ(stat("target/a/one").st_ino, stat("target/b/two").st_ino);
    EXPECT_EQ(stat("target/a/one").st_ino, stat("target/three").st_ino);
    EXPECT_EQ(text("target/three"), "text");
    EXPECT_EQ(stat("target/b").st_mtim.tv_nsec, before.tv_nsec);
}

TEST_F(TreeTest, AttributesFileCapabilitiesAndHolesAreKept) {
    file("global/ping", "x", 0755);
    // VFS_CAP_REVISION_2, effective, CAP_NET_RAW permitted
    const std::array<unsigned char, 20> capability = {1, 0, 0, 2, 0, 0x20};
    ASSERT_EQ(::setxattr((top / "global/ping").c_str(), "security.capability", capability.data(),
                         capability.size(), 0),
              0);
    file("global/noted", "x");
    const std::string large(5000, 'v');
    const bool noted =
        ::setxattr((top / "global/noted").c_str(), "user.note", large.data(), 2000, 0) == 0;
    file("global/sparse", "");
    ASSERT_EQ(::truncate((top / "global/sparse").c_str(), 64 << 20), 0);
    {
        std::fstream sparse(top / "global/sparse", std::ios::in | std::ios::out);
        sparse.seekp(32 << 20);
        sparse << "middle";
    }
    ASSERT_TRUE(copy());
    std::array<unsigned char, 64> read = {};
    ASSERT_EQ(
        ::getxattr((top / "target/ping").c_str(), "security.capability", read.data(), read.size()),
        20);
    EXPECT_EQ(read[5], 0x20);
    if (noted) {
        EXPECT_EQ(::getxattr((top / "target/noted").c_str(), "user.note", nullptr, 0), 2000);
    }
    EXPECT_EQ(stat("target/sparse").st_size, 64 << 20);
    EXPECT_LT(stat("target/sparse").st_blocks * 512, 1 << 20);
    std::ifstream sparse(top / "target/sparse");
    sparse.seekg(32 << 20);
    std::string middle(6, ' ');
    sparse.read(middle.data(), 6);
    EXPECT_EQ(middle, "middle");
}

TEST_F(TreeTest, OddNamesAreJustNamesAndSocketsAreLeft) {
    const std::string odd = "global/ new\nline \xff\\ -rf *";
    file(odd, "odd");
    directory("global/...");
    ASSERT_EQ(::mkfifo((top / "global/fifo").c_str(), 0640), 0);
    ASSERT_EQ(::mknod((top / "global/device").c_str(), S_IFCHR | 0600, 0x103), 0);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address = {AF_UNIX, {}};
    (top / "global/socket").string().copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::close(socket);
    ASSERT_TRUE(copy());
    EXPECT_EQ(text("target/ new\nline \xff\\ -rf *"), "odd");
    EXPECT_TRUE(has("target/..."));
    EXPECT_TRUE(S_ISFIFO(stat("target/fifo").st_mode));
    EXPECT_EQ(mode("target/fifo"), 0640u);
    EXPECT_FALSE(has("target/socket"));
    EXPECT_FALSE(has("target/device"));
}

TEST_F(TreeTest, AWholeCopyHasNodesSocketsAndWhatOverlaysNoted) {
    directory("global/upper/deep");
    ASSERT_EQ(::mknod((top / "global/upper/gone").c_str(), S_IFCHR, 0), 0);
    std::filesystem::create_hard_link(top / "global/upper/gone", top / "global/upper/deep/gone");
    ASSERT_EQ(::mknod((top / "global/socket").c_str(), S_IFSOCK | 0700, 0), 0);
    const auto deep = (top / "global/upper/deep").string();
    for (const auto* mark : {"trusted.overlay.opaque", "trusted.overlay.upper",
                             "trusted.overlay.uuid", "trusted.other"})
        ASSERT_EQ(::setxattr(deep.c_str(), mark, "y", 1, 0), 0) << mark;
    const auto copied = copy_tree(open("global"), open("target"), {.extent = Extent::whole});
    ASSERT_TRUE(copied) << copied.error().text;
    EXPECT_TRUE(S_ISCHR(stat("target/upper/gone").st_mode));
    EXPECT_EQ(stat("target/upper/gone").st_rdev, 0u);
    EXPECT_EQ(stat("target/upper/gone").st_ino, stat("target/upper/deep/gone").st_ino);
    EXPECT_TRUE(S_ISSOCK(stat("target/socket").st_mode));
    EXPECT_EQ(mode("target/socket"), 0700u);
    const auto has_mark = [&](const char* mark) {
        return ::getxattr((top / "target/upper/deep").c_str(), mark, nullptr, 0) == 1;
    };
    EXPECT_TRUE(has_mark("trusted.overlay.opaque"));
    EXPECT_FALSE(has_mark("trusted.overlay.upper")) << "it names the store itself";
    EXPECT_FALSE(has_mark("trusted.overlay.uuid")) << "it names the store itself";
    EXPECT_FALSE(has_mark("trusted.other"));
}

TEST_F(TreeTest, WhatIsMountedBelowBecomesAnEmptyDirectory) {
    directory("global/usr/mounted");
    ASSERT_EQ(::mount("tmpfs", (top / "global/usr/mounted").c_str(), "tmpfs", 0, "mode=711"), 0);
    file("global/usr/mounted/data", "x");
    ASSERT_TRUE(copy());
    EXPECT_TRUE(has("target/usr/mounted"));
    EXPECT_EQ(mode("target/usr/mounted"), 0711u);
    EXPECT_FALSE(has("target/usr/mounted/data"));
}

TEST_F(TreeTest, DeepAndWideTreesCopyTheSameWithAnyNumberOfThreads) {
    for (int wide = 0; wide < 30; ++wide)
        for (int number = 0; number < 20; ++number)
            file("global/d" + std::to_string(wide) + "/e/f/g" + std::to_string(number),
                 std::string(static_cast<std::size_t>(number) * 4000, 'x'));
    for (const unsigned threads : {1u, 4u}) {
        std::filesystem::remove_all(top / "target");
        directory("target");
        ASSERT_TRUE(copy(threads));
        const auto size = measure_tree(open("target"));
        EXPECT_EQ(size->files, 30u * 23);
        EXPECT_EQ(text("target/d29/e/f/g19").size(), 76000u);
    }
}

TEST_F(TreeTest, AFullFileSystemIsFullAndNamesTheFile) {
    file("global/big", std::string(3 << 20, 'x'));
    ASSERT_EQ(::mount("tmpfs", (top / "target").c_str(), "tmpfs", 0, "size=1m"), 0);
    const auto copied = copy();
    ASSERT_FALSE(copied);
    EXPECT_EQ(copied.error().kind, Kind::full);
    EXPECT_THAT(copied.error().text, ::testing::HasSubstr("/usr/big"));
}

TEST_F(TreeTest, AnInterruptionStopsBetweenFiles) {
    file("global/x", "x");
    const std::atomic<bool> stop = true;
    const auto copied = copy(2, &stop);
    ASSERT_FALSE(copied);
    EXPECT_EQ(copied.error().kind, Kind::interrupted);
    EXPECT_FALSE(has("target/x"));
}

}  // namespace
}  // namespace rootpart
