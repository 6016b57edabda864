#include "filesystem/checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace filesystem {
namespace {

using ::testing::HasSubstr;

Error refused(const std::string& path, const std::vector<std::string>& rules = {}) {
    const auto checked = check_base(path, rules);
    return checked ? Error{} : checked.error();
}

TEST(BaseDirectory, OddSpellingsAreInvalid) {
    for (const auto* path :
         {"", "wpars/x", "/", "/wpars/", "/wpars/../x", "/wpars//x", "/wpars/./x", "/wpars/a\nb"})
        EXPECT_EQ(refused(path).kind, Kind::invalid) << path;
}

TEST(BaseDirectory, AnotherPartitionsIsNotShared) {
    const std::vector<std::string> rules = {"/nowhere/web1"};
    EXPECT_THAT(refused("/nowhere/web1", rules).text, HasSubstr("is that of another"));
    EXPECT_THAT(refused("/nowhere/web1/x", rules).text, HasSubstr("lies in that of another"));
    EXPECT_THAT(refused("/nowhere", rules).text, HasSubstr("holds that of another"));
    EXPECT_EQ(refused("/nowhere", rules).kind, Kind::exists);
    EXPECT_TRUE(check_base("/nowhere/web12", rules));
}

TEST(BaseDirectory, AMissingParentWillBeMadeForRootAlone) {
    EXPECT_TRUE(check_base("/nowhere-at-all/web1"));
}

TEST(BaseDirectory, RightBelowTheRootEveryUserCouldReachIt) {
    const auto error = refused("/nowhere-at-all");
    EXPECT_EQ(error.kind, Kind::denied);
    EXPECT_THAT(error.text, HasSubstr("set-user-ID"));
    EXPECT_THAT(error.text, HasSubstr("/wpars/NAME"));
}

TEST(BaseDirectory, LinksFilesAndFullDirectoriesAreRefused) {
    EXPECT_EQ(refused("/proc/self").kind, Kind::invalid);    // a link
    EXPECT_EQ(refused("/proc/self/x").kind, Kind::invalid);  // a link above
    EXPECT_EQ(refused("/proc/sys/kernel/pid_max").kind, Kind::exists);
    EXPECT_EQ(refused("/proc").kind, Kind::busy);  // a mount point
    EXPECT_THAT(refused("/usr/bin").text, HasSubstr("not empty"));
}

TEST(Space, TooLittleIsFullAndSaysBothNumbers) {
    EXPECT_TRUE(check_space("/nowhere/at/all", {.bytes = 1, .files = 1}));
    const auto checked = check_space("/tmp", {.bytes = std::uint64_t{1} << 60});
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().kind, Kind::full);
    EXPECT_THAT(checked.error().text, HasSubstr(" MB left"));
    EXPECT_THAT(checked.error().text, HasSubstr("1099511627776 MB are needed"));
}

}  // namespace
}  // namespace filesystem
