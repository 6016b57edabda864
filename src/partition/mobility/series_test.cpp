#include "partition/mobility/series.h"

#include <gtest/gtest.h>

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
