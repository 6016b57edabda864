#include "launch/targets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

namespace launch {
namespace {

using testing::HasSubstr;

class Targets : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_NE(::mkdtemp(base_.data()), nullptr);
        auto opened = os::Dir::open(base_);
        ASSERT_TRUE(opened);
        root_ = std::move(*opened);
    }
    void TearDown() override { EXPECT_TRUE(os::remove_tree(base_)); }
    bool is_directory(const std::string& name) const {
        struct stat found = {};
        return ::lstat((base_ + name).c_str(), &found) == 0 && S_ISDIR(found.st_mode);
    }

    std::string base_ = ::testing::TempDir() + "targets.XXXXXX";
    os::Dir root_;
};

TEST_F(Targets, MissingDirectoriesAreMade) {
    ASSERT_TRUE(open_target(root_, root_, {"/data/deep", Sort::directory}));
    EXPECT_TRUE(is_directory("/data/deep"));
    ASSERT_TRUE(open_target(root_, root_, {"/data/deep", Sort::directory}));
}

TEST_F(Targets, AMissingFileIsMadeForAFile) {
    ASSERT_TRUE(open_target(root_, root_, {"/etc/one", Sort::file}));
    EXPECT_TRUE(is_directory("/etc"));
    EXPECT_FALSE(is_directory("/etc/one"));
    EXPECT_TRUE(root_.has("etc/one"));
}

TEST_F(Targets, LinksStayBelowTheRoot) {
    ASSERT_EQ(::symlink("/../../inside", (base_ + "/trap").c_str()), 0);
    ASSERT_EQ(::mkdir((base_ + "/inside").c_str(), 0755), 0);
    ASSERT_TRUE(open_target(root_, root_, {"/trap/deep", Sort::directory}));
    EXPECT_TRUE(is_directory("/inside/deep"));
}

TEST_F(Targets, ALinkToNowhereIsAnErrorThatNamesIt) {
    ASSERT_EQ(::symlink("/nowhere", (base_ + "/trap").c_str()), 0);
    const auto opened = open_target(root_, root_, {"/trap", Sort::directory});
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().text, HasSubstr("/trap"));
}

TEST_F(Targets, WhatIsMountedAboveMustHaveTheMountPoint) {
    ASSERT_EQ(::mkdir((base_ + "/above").c_str(), 0755), 0);
    ASSERT_EQ(::mkdir((base_ + "/storage").c_str(), 0755), 0);
    const auto opened =
        open_target(*os::Dir::open(base_ + "/above"), *os::Dir::open(base_ + "/storage"),
                    {"/usr/x", Sort::directory});
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().text, HasSubstr("'/usr/x' does not exist in the file system"));
}

TEST_F(Targets, AFileIsNoPlaceForADirectory) {
    ASSERT_TRUE(open_target(root_, root_, {"/file", Sort::file}));
    EXPECT_FALSE(open_target(root_, root_, {"/file", Sort::directory}));
}

TEST(CheckTarget, RefusesWhatIsNotAPlainAbsolutePath) {
    EXPECT_TRUE(check_target("/data/x"));
    for (const auto* path : {"", "data", "/data/../etc", "/./x", "/a\nb"}) {
        const auto checked = check_target(path);
        ASSERT_FALSE(checked) << path;
        EXPECT_EQ(checked.error().kind, Kind::invalid);
    }
}

}  // namespace
}  // namespace launch
