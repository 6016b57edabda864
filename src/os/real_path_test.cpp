#include "os/real_path.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/fd.h"
#include "base/text.h"

namespace {

class RealPathTest : public ::testing::Test {
  protected:
    void SetUp() override { ASSERT_NE(::mkdtemp(folder_.data()), nullptr); }
    void TearDown() override {
        (void)::unlink(cat(folder_, "/file").c_str());
        (void)::unlink(cat(folder_, "/link").c_str());
        (void)::rmdir(folder_.c_str());
    }
    UniqueFd make() const {
        return UniqueFd(::open(cat(folder_, "/file").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
    }
    std::string folder_ = "/tmp/real-path-XXXXXX";
};

TEST_F(RealPathTest, LinksAndDotsAreGone) {
    ASSERT_EQ(::symlink(".", cat(folder_, "/link").c_str()), 0);
    const auto file = make();
    const auto real = os::real_path(cat(folder_, "/link/../", folder_.substr(5), "/link/file"));
    ASSERT_TRUE(real);
    EXPECT_EQ(*real, cat(folder_, "/file"));
    EXPECT_EQ(os::real_path(cat(folder_, "/none")).error().kind, Kind::missing);
}

TEST_F(RealPathTest, ADescriptorHasThePathOfItsFileAsLongAsThatHasAName) {
    const auto file = make();
    EXPECT_EQ(os::path_of(file.get()), cat(folder_, "/file"));
    ASSERT_EQ(::unlink(cat(folder_, "/file").c_str()), 0);
    EXPECT_EQ(os::path_of(file.get()), "");
}

TEST_F(RealPathTest, APipeHasNone) {
    int ends[2] = {};
    ASSERT_EQ(::pipe(ends), 0);
    const UniqueFd from(ends[0]);
    const UniqueFd to(ends[1]);
    EXPECT_EQ(os::path_of(to.get()), "");
}

TEST_F(RealPathTest, ALinkIsReadToItsEnd) {
    const auto link = cat(folder_, "/link");
    for (const std::size_t length : {1, 255, 256, 257, 4095}) {
        const std::string target(length, 'x');
        ASSERT_EQ(::symlink(target.c_str(), link.c_str()), 0) << length;
        const auto read = os::read_link(link);
        ASSERT_TRUE(read);
        EXPECT_EQ(*read, target);
        ASSERT_EQ(::unlink(link.c_str()), 0);
    }
}

TEST_F(RealPathTest, ALinkIsReadInADirectoryWithoutBeingFollowed) {
    ASSERT_EQ(::symlink("none", cat(folder_, "/link").c_str()), 0);
    const UniqueFd folder(::open(folder_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    const auto read = os::read_link(folder.get(), "link");
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, "none");
}

TEST_F(RealPathTest, WhatIsNotThereOrNoLinkSaysSo) {
    const auto file = make();
    const auto none = os::read_link(cat(folder_, "/none"));
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, Kind::missing);
    EXPECT_THAT(none.error().text, ::testing::HasSubstr(cat(folder_, "/none")));
    const auto plain = os::read_link(cat(folder_, "/file"));
    ASSERT_FALSE(plain);
    EXPECT_EQ(plain.error().os_number, EINVAL);
}

}  // namespace
