// What overlayfs does with a tree and a store whose ids are shifted: the kernel's rules that vfs=overlay rests on.
#include <fcntl.h>
#include <sys/xattr.h>

#include "os/acting.h"
#include "os/mount.h"
#include "os/overlay.h"
#include "os/superblock.h"
#include "root/launch_fixture.h"

namespace launch {
namespace {

class Overlay : public LaunchTest {
  protected:
    void SetUp() override {
        LaunchTest::SetUp();
        if (base_.empty()) return;
        for (const auto* name : {"lower", "other", "store", "store/upper", "store/work", "seen"})
            ASSERT_EQ(::mkdir(path(name).c_str(), 0755), 0);
        write("lower/file", "from below");
    }
    void TearDown() override {
        (void)::umount2(path("seen").c_str(), MNT_DETACH);
        LaunchTest::TearDown();
    }
    void write(const std::string& below, const std::string& text) const {
        ASSERT_TRUE(os::replace_file({.path = path(below), .text = text}));
    }
    os::Dir dir(const std::string& below) const { return *os::Dir::open(path(below)); }
    Result<UniqueFd> view(const std::string& lower) const {
        const auto below = dir(lower);
        const auto store = dir("store");
        return os::mount_overlay({.lower = below.fd(), .store = store.fd(), .shown = "/usr"});
    }

    void attach(const UniqueFd& mount) const {
        ASSERT_TRUE(os::attach_mount(mount.get(), dir("seen").fd(), "seen"));
    }
};

TEST_F(Overlay, WhatIsWrittenGoesToTheStoreAlone) {
    const auto mounted = view("lower");
    ASSERT_TRUE(mounted) << mounted.error().text;
    attach(*mounted);
    write("seen/file", "from above");
    EXPECT_EQ(text("lower/file"), "from below");
    EXPECT_EQ(text("store/upper/file"), "from above");
}

TEST_F(Overlay, AStoreInUseIsRefusedWithTheReason) {
    const auto first = view("lower");
    ASSERT_TRUE(first) << first.error().text;
    const auto second = view("lower");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, Kind::busy);
    EXPECT_THAT(second.error().text, testing::HasSubstr("in use by another mount"));
}

TEST_F(Overlay, AStoreFitsNoOtherTree) {
    ASSERT_TRUE(view("lower"));
    const auto over_another = view("other");
    ASSERT_FALSE(over_another);
    EXPECT_THAT(over_another.error().text, testing::HasSubstr("written over another tree"));
}

TEST_F(Overlay, ActingAsSomebodyElseKeepsTheRightsAndEnds) {
    {
        const auto acting = os::ActingAs::begin(100000);
        ASSERT_TRUE(acting);
        ASSERT_EQ(::mkdir(path("theirs").c_str(), 0700), 0);
        EXPECT_TRUE(os::read_file("/etc/shadow"));
    }
    ASSERT_EQ(::mkdir(path("ours").c_str(), 0700), 0);
    struct stat theirs = {}, ours = {};
    ASSERT_EQ(::stat(path("theirs").c_str(), &theirs), 0);
    ASSERT_EQ(::stat(path("ours").c_str(), &ours), 0);
    EXPECT_EQ(theirs.st_uid, 100000U);
    EXPECT_EQ(theirs.st_gid, 100000U);
    EXPECT_EQ(ours.st_uid, 0U);
}

}  // namespace
}  // namespace launch
