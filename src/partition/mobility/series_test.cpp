#include "partition/mobility/series.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace partition::mobility {
namespace {

using std::chrono::seconds;

TEST(Series, ChecksOnlyNumberedDirectories) {
    EXPECT_EQ(numbers_among({"10", "9", "x", "0", "007", "1a", ""}),
              (std::vector<std::uint64_t>{9, 10}));
}

TEST(Series, TheNewestComesFirst) {
    char place[] = "/tmp/series.XXXXXX";
    const std::string top = ::mkdtemp(place);
    for (const auto* name : {"9", "10", "notes"})
        std::filesystem::create_directory(top + "/" + name);
    const auto found = checkpoints_in(top);
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, (std::vector<std::string>{top + "/10", top + "/9"}));
    std::filesystem::remove_all(top);
    const auto gone = checkpoints_in(top);
    ASSERT_TRUE(gone);
    EXPECT_TRUE(gone->empty());
}

TEST(Series, IsDueAnIntervalLater) {
    char place[] = "/tmp/series.XXXXXX";
    const std::string top = ::mkdtemp(place);
    const auto series = Series::begin({"job", top + "/job", seconds(60)});
    ASSERT_TRUE(series);
    const auto now = Series::Clock::now();
    EXPECT_GT(series->patience(now), 50'000);
    EXPECT_EQ(series->patience(now + seconds(61)), 0);
    EXPECT_EQ(series->watched(), -1);
    std::filesystem::remove_all(top);
}

TEST(Series, OneThatIsHeldBackIsToldOfOnceAndDueAtOnceAfterwards) {
    char place[] = "/tmp/series.XXXXXX";
    const std::string top = ::mkdtemp(place);
    auto series = Series::begin({"job", top + "/job", seconds(60)});
    ASSERT_TRUE(series);
    std::vector<std::string> warnings;
    const Observer observer = {.warn = [&](std::string_view line) { warnings.emplace_back(line); }};
    const auto late = Series::Clock::now() + seconds(61);
    series->hold_back(true);
    EXPECT_EQ(series->patience(late), 0);
    series->turn(late, observer);
    series->turn(late, observer);
    EXPECT_EQ(series->watched(), -1);
    EXPECT_EQ(series->patience(late), -1);
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_NE(warnings[0].find("no checkpoint of job"), std::string::npos);
    series->hold_back(false);
    EXPECT_EQ(series->patience(late), 0);
    std::filesystem::remove_all(top);
}

TEST(Series, NothingIsMadeByWayOfALinkOrInADirectoryOfOthers) {
    char place[] = "/tmp/series.XXXXXX";
    const std::string top = ::mkdtemp(place);
    std::filesystem::create_directory(top + "/real");
    std::filesystem::create_directory_symlink(top + "/real", top + "/link");
    std::filesystem::create_directory(top + "/theirs");
    ASSERT_EQ(::chown((top + "/theirs").c_str(), 12345, 12345), 0);
    for (const auto* name : {"/link", "/link/job", "/theirs", "/theirs/job", "/theirs/more/job"})
        EXPECT_FALSE(Series::begin({"job", top + name, seconds(60)})) << name;
    EXPECT_TRUE(std::filesystem::is_empty(top + "/real"));
    EXPECT_TRUE(std::filesystem::is_empty(top + "/theirs"));
    std::filesystem::remove_all(top);
}

TEST(Series, ItsDirectoryIsRootsAlone) {
    char place[] = "/tmp/series.XXXXXX";
    const std::string top = ::mkdtemp(place);
    ASSERT_TRUE(Series::begin({"job", top + "/new/job", seconds(60)}));
    EXPECT_EQ(std::filesystem::status(top + "/new/job").permissions(),
              std::filesystem::perms::owner_all);
    ASSERT_EQ(::chmod((top + "/new/job").c_str(), 0755), 0);
    const auto refused = Series::begin({"job", top + "/new/job", seconds(60)});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("chmod 700"), std::string::npos);
    std::filesystem::remove_all(top);
}

TEST(Series, IntervalsHaveUnits) {
    EXPECT_EQ(*parse_interval("90"), seconds(90));
    EXPECT_EQ(*parse_interval("90s"), seconds(90));
    EXPECT_EQ(*parse_interval("10m"), seconds(600));
    EXPECT_EQ(*parse_interval("2h"), seconds(7200));
    EXPECT_EQ(*parse_interval("1d"), seconds(86400));
    for (const auto* bad : {"", "m", "0", "0s", "-1s", "1x", "1.5h", "10001d", "1 m"})
        EXPECT_FALSE(parse_interval(bad)) << bad;
}

}  // namespace
}  // namespace partition::mobility
