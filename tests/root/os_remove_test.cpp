// What only root can put in the way of a removal.
#include "machine_fixture.h"
#include "os/dir.h"

namespace os {
namespace {

using testing::HasSubstr;

class RemoveTest : public MachineTest {
  protected:
    void SetUp() override {
        MachineTest::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        std::filesystem::create_directories("/run/base/data");
        file("/run/base/first", "gone");
        file("/run/base/zlast", "gone");
    }
    void TearDown() override { (void)::umount2("/run/base/data", MNT_DETACH); }
};

TEST_F(RemoveTest, StopsAtAMountPointAndTakesTheRest) {
    ASSERT_EQ(::mount("tmpfs", "/run/base/data", "tmpfs", 0, nullptr), 0);
    file("/run/base/data/kept", "kept");
    const auto removed = remove_tree("/run/base");
    ASSERT_FALSE(removed);
    EXPECT_EQ(removed.error().kind, Kind::busy);
    EXPECT_THAT(removed.error().text, HasSubstr("'/run/base/data' is a mount point"));
    EXPECT_EQ(text("/run/base/data/kept"), "kept");
    EXPECT_FALSE(has("/run/base/first"));
    EXPECT_FALSE(has("/run/base/zlast"));
}

// A bind mount has its source's device number: only the kernel's own word tells it from a directory.
TEST_F(RemoveTest, SeesABindMountOfTheSameFileSystem) {
    std::filesystem::create_directories("/run/elsewhere");
    file("/run/elsewhere/kept", "kept");
    ASSERT_EQ(::mount("/run/elsewhere", "/run/base/data", nullptr, MS_BIND, nullptr), 0);
    EXPECT_FALSE(remove_tree("/run/base"));
    EXPECT_EQ(text("/run/elsewhere/kept"), "kept");
    ASSERT_EQ(::umount2("/run/base/data", 0), 0);
    EXPECT_TRUE(remove_tree("/run/base"));
}

TEST_F(RemoveTest, RefusesAMountPointItself) {
    ASSERT_EQ(::mount("tmpfs", "/run/base/data", "tmpfs", 0, nullptr), 0);
    EXPECT_EQ(remove_tree("/run/base/data").error().kind, Kind::busy);
}

TEST_F(RemoveTest, LeavesAFileThatSomethingIsMountedOn) {
    ASSERT_EQ(::mount("/run/base/zlast", "/run/base/first", nullptr, MS_BIND, nullptr), 0);
    EXPECT_FALSE(remove_tree("/run/base"));
    EXPECT_EQ(::umount2("/run/base/first", 0), 0);
}

}  // namespace
}  // namespace os
