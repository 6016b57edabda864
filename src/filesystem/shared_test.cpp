#include "filesystem/shared.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "os/dir.h"

namespace filesystem {
namespace {

using ::testing::HasSubstr;

Error refused(const std::string& path, bool writable) {
    const auto checked = check_shared(path, writable);
    return checked ? Error{} : checked.error();
}

TEST(SharedDirectory, TheSystemsOwnMayBeReadByAWpar) { EXPECT_TRUE(check_shared("/usr", false)); }

TEST(SharedDirectory, WhatOrdinaryUsersReachIsNotWritten) {
    const auto error = refused("/usr/share", true);
    EXPECT_EQ(error.kind, Kind::denied);
    EXPECT_THAT(error.text, HasSubstr("mountopts=ro"));
    EXPECT_THAT(error.text, HasSubstr("mount -o remount,bind,nosuid /usr/share"));
}

TEST(SharedDirectory, OneThatIsMissingIsNamed) {
    EXPECT_THAT(refused("/nowhere-at-all/x", false).text, HasSubstr("'/nowhere-at-all'"));
}

TEST(SharedDirectory, DotsAreRefused) {
    EXPECT_EQ(refused("/usr/../etc", false).kind, Kind::invalid);
}

class OwnDirectory : public ::testing::Test {
  protected:
    std::string top;
    void SetUp() override {
        char name[] = "/tmp/corral-shared.XXXXXX";
        ASSERT_NE(::mkdtemp(name), nullptr);
        top = name;
        ASSERT_EQ(::mkdir((top + "/data").c_str(), 0755), 0);
    }
    void TearDown() override { EXPECT_TRUE(os::remove_tree(top)); }
};

TEST_F(OwnDirectory, ALinkIsNamedWithWhereItLeads) {
    if (::geteuid() != 0) GTEST_SKIP() << "of others, the directory itself is refused";
    ASSERT_EQ(::symlink("/usr", (top + "/link").c_str()), 0);
    const auto error = refused(top + "/link", false);
    EXPECT_EQ(error.kind, Kind::invalid);
    EXPECT_THAT(error.text, HasSubstr("dev=/usr"));
}

TEST_F(OwnDirectory, OthersMustNotBeAbleToTurnItElsewhere) {
    const bool root = ::geteuid() == 0;
    ASSERT_TRUE(!root || ::chown(top.c_str(), 1234, 0) == 0);
    EXPECT_EQ(refused(top + "/data", false).kind, Kind::denied);
    EXPECT_THAT(refused(top + "/data", false).text, HasSubstr("others than root"));
}

TEST_F(OwnDirectory, BelowADirectoryThatOnlyRootEntersItMayBeWritten) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    EXPECT_TRUE(check_shared(top + "/data", true));  // mkdtemp makes it 0700
    ASSERT_EQ(::chmod(top.c_str(), 0711), 0);
    EXPECT_FALSE(check_shared(top + "/data", true));
}

}  // namespace
}  // namespace filesystem
