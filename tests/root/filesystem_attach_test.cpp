// Real images, loop devices and mounts, in a mount namespace of the test's own.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>

#include <cstdlib>
#include <fstream>

#include "filesystem/attach.h"
#include "filesystem/checks.h"
#include "filesystem/durable.h"
#include "filesystem/loop.h"
#include "filesystem/make.h"
#include "os/dir.h"
#include "os/mount_table.h"
#include "os/process.h"

namespace filesystem {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

#define ASSERT_OK(expression)                                    \
    do {                                                         \
        const auto& done_ = (expression);                        \
        ASSERT_TRUE(done_) << (done_ ? "" : done_.error().text); \
    } while (false)

class FileSystemTest : public ::testing::Test {
  protected:
    std::string top;
    std::string base;

    void SetUp() override {
        if (::geteuid() != 0) GTEST_SKIP() << "needs root";
        ASSERT_EQ(::unshare(CLONE_NEWNS), 0);
        ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
        char name[] = "/var/tmp/corral-filesystem.XXXXXX";
        ASSERT_NE(::mkdtemp(name), nullptr);
        top = name;
        base = top + "/base";
        ASSERT_EQ(::mkdir(base.c_str(), 0755), 0);
    }
    void TearDown() override {
        if (top.empty()) return;
        EXPECT_TRUE(unmount_all(top, {.lazy = true}));
        EXPECT_TRUE(os::remove_tree(top));
    }
    FileSystem wish(const std::string& directory, Type type, std::uint64_t megabytes = 64) const {
        return {.wpar = "web1",
                .directory = directory,
                .type = type,
                .size = megabytes << 20,
                .store = top + "/store"};
    }
    static std::uint64_t used(const std::string& path) {
        struct stat found = {};
        return ::stat(path.c_str(), &found) == 0 ? static_cast<std::uint64_t>(found.st_blocks) * 512
                                                 : 0;
    }
};

class EachType : public FileSystemTest, public ::testing::WithParamInterface<Type> {};

TEST_P(EachType, IsMadeMountedUnmountedAndRemovedWithoutATrace) {
    if (!check_maker(GetParam())) GTEST_SKIP() << "no mkfs for " << kernel_name(GetParam());
    const auto root = wish("/", GetParam(), 400);
    ASSERT_OK(check(root));
    ASSERT_OK(create(root));
    EXPECT_TRUE(is_created(root));
    EXPECT_EQ(create(root).error().kind, Kind::exists);
    ASSERT_OK(mount_in(base, root));
    ASSERT_OK(mount_in(base, root));  // again is fine
    EXPECT_THAT(*mounts_below(base), ElementsAre(base));
    const auto table = os::mount_table();
    const auto* mount = os::mount_of(*table, base);
    EXPECT_EQ(mount->type, kernel_name(GetParam()));
    EXPECT_THAT(mount->options, HasSubstr("nosuid"));
    EXPECT_THAT(mount->options, HasSubstr("nodev"));
    EXPECT_THAT(*list_loops(backing(root)), SizeIs(1));
    EXPECT_TRUE(check_idmap(base));
    std::ofstream(base + "/file") << "content";
    ASSERT_OK(unmount_all(base));
    ASSERT_OK(unmount_all(base));
    EXPECT_FALSE(os::exists(base + "/file"));
    EXPECT_THAT(*list_loops(backing(root)), IsEmpty());
    ASSERT_OK(remove(root));
    ASSERT_OK(remove(root));
    EXPECT_FALSE(is_created(root));
    EXPECT_FALSE(os::exists(root.store + "/web1"));
}

INSTANTIATE_TEST_SUITE_P(FileSystemTest, EachType,
                         ::testing::Values(Type::ext4, Type::xfs, Type::btrfs),
                         [](const auto& one) { return std::string(kernel_name(one.param)); });

TEST_F(FileSystemTest, AnImageIsSparseAndItsSizeIsAHardLimit) {
    const auto root = wish("/", Type::ext4, 32);
    ASSERT_OK(create(root));
    EXPECT_LT(used(backing(root)), 8u << 20);
    ASSERT_OK(mount_in(base, root));
    const UniqueFd file(::open((base + "/big").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    const std::string block(1 << 20, 'x');
    std::uint64_t written = 0;
    int problem = 0;
    while (problem == 0 && written < (64u << 20)) {
        const auto put = ::write(file.get(), block.data(), block.size());
        if (put < 0)
            problem = errno;
        else
            written += static_cast<std::uint64_t>(put);
    }
    EXPECT_EQ(problem, ENOSPC);
    EXPECT_GT(written, 16u << 20);
    EXPECT_LT(written, 32u << 20);
}

TEST_F(FileSystemTest, NestedOnesAreUnmountedDeepestFirst) {
    const auto root = wish("/", Type::ext4, 16);
    const auto inner = wish("/var/lib/data", Type::ext4, 16);
    ASSERT_OK(create(root));
    ASSERT_OK(create(inner));
    ASSERT_OK(mount_in(base, root));
    ASSERT_OK(mount_in(base, inner));
    EXPECT_THAT(*mounts_below(base), ElementsAre(base, base + "/var/lib/data"));
    ASSERT_OK(unmount_all(base));
    EXPECT_THAT(*mounts_below(base), IsEmpty());
}

// A copy of the image shows what a loss of power would have left of it.
TEST_F(FileSystemTest, WhatWasMadeDurableIsOnItsDisk) {
    const auto root = wish("/", Type::ext4);
    ASSERT_OK(create(root));
    ASSERT_OK(mount_in(base, root));
    std::ofstream(base + "/file") << "whole" << std::flush;
    ASSERT_OK(make_durable(base, top + "/store"));
    auto left = wish("/", Type::ext4);
    left.wpar = "left";
    ASSERT_OK(create(left));
    ASSERT_OK(os::run_ok({.arguments = {"cp", backing(root), backing(left)}}));
    ASSERT_OK(unmount_all(base));
    ASSERT_OK(mount_in(base, left));
    EXPECT_EQ(*os::read_file(base + "/file"), "whole");
    ASSERT_OK(make_durable(base, top + "/nowhere"));
}

TEST_F(FileSystemTest, ADirectoryIsOnlyMade) {
    ASSERT_OK(mount_in(base, wish("/home/deep", Type::directory)));
    EXPECT_TRUE(os::exists(base + "/home/deep"));
    EXPECT_THAT(*mounts_below(base), IsEmpty());
}

TEST_F(FileSystemTest, NoLinkInsideLeadsAMountOutside) {
    ASSERT_EQ(::mkdir((top + "/outside").c_str(), 0755), 0);
    ASSERT_EQ(::symlink((top + "/outside").c_str(), (base + "/var").c_str()), 0);
    ASSERT_EQ(::symlink("../outside", (base + "/opt").c_str()), 0);
    for (const auto* directory : {"/var", "/var/deep", "/opt/deep"}) {
        const auto mounted = mount_in(base, wish(directory, Type::directory));
        ASSERT_FALSE(mounted) << directory;
        EXPECT_THAT(mounted.error().text, HasSubstr("no link"));
    }
    EXPECT_FALSE(os::exists(top + "/outside/deep"));
}

TEST_F(FileSystemTest, AnUnmountFollowsNoLinkThatCameLater) {
    // the mount point's parent is renamed and a link put in its place, as the WPAR's root could
    const auto data = wish("/a/data", Type::ext4, 16);
    ASSERT_OK(create(data));
    ASSERT_OK(mount_in(base, data));
    ASSERT_EQ(::rename((base + "/a").c_str(), (base + "/b").c_str()), 0);
    ASSERT_EQ(::mkdir((top + "/outside").c_str(), 0755), 0);
    ASSERT_EQ(::mkdir((top + "/outside/data").c_str(), 0755), 0);
    ASSERT_EQ(::mount("tmpfs", (top + "/outside/data").c_str(), "tmpfs", 0, nullptr), 0);
    ASSERT_EQ(::symlink((top + "/outside").c_str(), (base + "/a").c_str()), 0);
    ASSERT_OK(unmount_all(base));
    EXPECT_THAT(*mounts_below(top), ElementsAre(top + "/outside/data"));
}

TEST_F(FileSystemTest, ABusyOneIsNamedAndLazilyDetached) {
    const auto root = wish("/", Type::ext4, 16);
    ASSERT_OK(create(root));
    ASSERT_OK(mount_in(base, root));
    const UniqueFd user(::open(base.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const auto busy = unmount_all(base);
    ASSERT_FALSE(busy);
    EXPECT_EQ(busy.error().kind, Kind::busy);
    EXPECT_THAT(busy.error().text, HasSubstr(base));
    ASSERT_OK(unmount_all(base, {.lazy = true}));
    EXPECT_THAT(*mounts_below(base), IsEmpty());
}

TEST_F(FileSystemTest, RemoveFreesALoopDeviceThatLostItsAutoclear) {
    const auto root = wish("/", Type::ext4, 16);
    ASSERT_OK(create(root));
    auto loop = attach_loop({.backing = backing(root)});
    ASSERT_OK(loop);
    EXPECT_THAT(*list_loops(backing(root)), ElementsAre(loop->path));
    loop->device = UniqueFd();
    EXPECT_THAT(*list_loops(backing(root)), IsEmpty());
    ASSERT_EQ(std::system(("losetup -f " + backing(root)).c_str()), 0);
    EXPECT_THAT(*list_loops(backing(root)), SizeIs(1));
    ASSERT_OK(remove(root));
    EXPECT_THAT(*list_loops(backing(root)), IsEmpty());
}

TEST_F(FileSystemTest, ALoopDeviceOnADeletedImageIsFound) {
    const auto root = wish("/", Type::ext4, 16);
    ASSERT_OK(create(root));
    const auto loop = attach_loop({.backing = backing(root)});
    ASSERT_EQ(::unlink(backing(root).c_str()), 0);
    EXPECT_THAT(*list_loops(backing(root)), ElementsAre(loop->path));
    const auto below = loops_below(top);
    ASSERT_OK(below);
    ASSERT_EQ(below->size(), 1U);
    EXPECT_EQ(below->front().device, loop->path);
    EXPECT_THAT(below->front().backing, HasSubstr(backing(root)));
    EXPECT_THAT(*loops_below(base), IsEmpty());
}

TEST_F(FileSystemTest, ADamagedImageIsToldWithWhatMendsIt) {
    const auto root = wish("/", Type::ext4, 16);
    ASSERT_OK(create(root));
    const UniqueFd image(::open(backing(root).c_str(), O_WRONLY | O_CLOEXEC));
    const std::string zeros(4096, '\0');
    ASSERT_EQ(::pwrite(image.get(), zeros.data(), zeros.size(), 0), 4096);
    const auto mounted = mount_in(base, root);
    ASSERT_FALSE(mounted);
    EXPECT_THAT(mounted.error().text, HasSubstr("e2fsck -f " + backing(root)));
    EXPECT_THAT(*list_loops(backing(root)), IsEmpty());
}

TEST_F(FileSystemTest, AnImageForWhichThereIsNoRoomLeavesNothing) {
    ASSERT_EQ(::mount("tmpfs", top.c_str(), "tmpfs", 0, "size=256k"), 0);
    ASSERT_EQ(::mkdir(base.c_str(), 0755), 0);
    const auto root = wish("/", Type::ext4, 1024);
    const auto made = create(root);
    EXPECT_FALSE(made);
    EXPECT_FALSE(is_created(root));
    EXPECT_THAT(*list_loops(backing(root)), IsEmpty());
}

TEST_F(FileSystemTest, ABadMountOptionIsToldInTheKernelsWords) {
    auto root = wish("/", Type::ext4, 16);
    ASSERT_OK(create(root));
    root.options = "noatime,cio";
    const auto mounted = mount_in(base, root);
    ASSERT_FALSE(mounted);
    EXPECT_THAT(mounted.error().text, HasSubstr("cio"));
    EXPECT_THAT(*list_loops(backing(root)), IsEmpty());
    root.options = "ro,noatime";
    ASSERT_OK(mount_in(base, root, {.to_populate = true}));
    EXPECT_THAT(os::mount_of(*os::mount_table(), base)->options, HasSubstr("rw"));
    ASSERT_OK(unmount_all(base));
    ASSERT_OK(mount_in(base, root));
    EXPECT_THAT(os::mount_of(*os::mount_table(), base)->options, HasSubstr("ro,"));
    EXPECT_THAT(os::mount_of(*os::mount_table(), base)->options, HasSubstr("noatime"));
}

TEST_F(FileSystemTest, SomethingElseOnTheMountPointIsBusy) {
    const auto root = wish("/", Type::ext4, 16);
    ASSERT_OK(create(root));
    ASSERT_EQ(::mount("tmpfs", base.c_str(), "tmpfs", 0, nullptr), 0);
    EXPECT_EQ(mount_in(base, root).error().kind, Kind::busy);
}

TEST_F(FileSystemTest, OverlayCannotBeIdmappedAndTheRemedyIsTold) {
    for (const auto* part : {"/lower", "/upper", "/work", "/merged"})
        ASSERT_EQ(::mkdir((top + part).c_str(), 0755), 0);
    const auto options =
        "lowerdir=" + top + "/lower,upperdir=" + top + "/upper,workdir=" + top + "/work";
    ASSERT_EQ(::mount("overlay", (top + "/merged").c_str(), "overlay", 0, options.c_str()), 0);
    const auto checked = check_idmap(top + "/merged/not/there/yet");
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().kind, Kind::unsupported);
    EXPECT_THAT(checked.error().text, HasSubstr("type overlay"));
    EXPECT_THAT(checked.error().text, HasSubstr(top + "/merged"));
    EXPECT_TRUE(check_idmap(top));
}

TEST_F(FileSystemTest, ABaseDirectoryNeedsAParentForRootAlone) {
    ASSERT_EQ(::chmod(top.c_str(), 0755), 0);
    const auto open_to_all = check_base(base);
    ASSERT_FALSE(open_to_all);
    EXPECT_THAT(open_to_all.error().text, HasSubstr("chmod 700 " + top));
    ASSERT_EQ(::chmod(top.c_str(), 0700), 0);
    EXPECT_TRUE(check_base(base));
    ASSERT_EQ(::chmod(base.c_str(), 0777), 0);
    EXPECT_EQ(check_base(base).error().kind, Kind::denied);
    ASSERT_OK(make_base(base));
    EXPECT_TRUE(check_base(base));
    std::ofstream(base + "/file") << "x";
    EXPECT_EQ(check_base(base).error().kind, Kind::exists);
    EXPECT_TRUE(check_kept_base(base));
    ASSERT_OK(make_base(top + "/new/er/base"));
    EXPECT_TRUE(check_base(top + "/new/er/base"));
}

}  // namespace
}  // namespace filesystem
