#include "partition/mobility/move_live.h"

#include <gtest/gtest.h>

namespace {

using partition::mobility::LiveWish;
using partition::mobility::MoveMethod;
using partition::mobility::plan_live;
using std::chrono::milliseconds;

constexpr std::uint64_t megabyte = std::uint64_t{1} << 20;
constexpr partition::mobility::MovePace hundred_a_second{100 * megabyte, milliseconds(200)};

LiveWish holding(std::uint64_t megabytes) {
    return {.weight = {.processes = 10, .bytes = megabytes * megabyte}, .tracks = true};
}

TEST(PlanLive, TakesAShortWayForLittleMemory) {
    const auto plan = plan_live(holding(4), hundred_a_second);
    EXPECT_EQ(plan.method, MoveMethod::stop_and_copy);
    EXPECT_EQ(plan.down, milliseconds(240));
}

TEST(PlanLive, LetsMuchMemoryGoWhileItRuns) {
    EXPECT_EQ(plan_live(holding(256), hundred_a_second).method, MoveMethod::pre_copy);
}

TEST(PlanLive, StopsForAllOfItWhereTheKernelNotesNothing) {
    auto wish = holding(256);
    wish.tracks = false;
    const auto plan = plan_live(wish, hundred_a_second);
    EXPECT_EQ(plan.method, MoveMethod::stop_and_copy);
    EXPECT_TRUE(plan.fits);
    EXPECT_EQ(plan.down, milliseconds(2760));
}

TEST(PlanLive, NeedsNoRoundsForADowntimeThatFitsAnyway) {
    auto wish = holding(256);
    wish.most_down = milliseconds(3000);
    EXPECT_EQ(plan_live(wish, hundred_a_second).method, MoveMethod::stop_and_copy);
}

TEST(PlanLive, RefusesWhatCannotFitWithTheRemedy) {
    auto wish = holding(256);
    wish.most_down = milliseconds(500);
    EXPECT_TRUE(plan_live(wish, hundred_a_second).fits);
    wish.tracks = false;
    const auto plan = plan_live(wish, hundred_a_second);
    EXPECT_FALSE(plan.fits);
    EXPECT_NE(plan.why_not.find("2760 ms"), std::string::npos);
    EXPECT_NE(plan.why_not.find("CONFIG_MEM_SOFT_DIRTY"), std::string::npos);
}

TEST(PlanLive, RefusesLessThanStoringAndBuildingAgainTakes) {
    auto wish = holding(1);
    wish.most_down = milliseconds(100);
    EXPECT_FALSE(plan_live(wish, hundred_a_second).fits);
}

}  // namespace
