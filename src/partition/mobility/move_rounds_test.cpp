#include "partition/mobility/move_rounds.h"

#include <gtest/gtest.h>

#include <vector>

namespace {

using partition::mobility::MovePace;
using partition::mobility::MoveRound;
using partition::mobility::MoveStep;
using partition::mobility::next_step;
using partition::mobility::time_of;
using std::chrono::milliseconds;

constexpr std::uint64_t megabyte = std::uint64_t{1} << 20;
constexpr MovePace hundred_a_second{100 * megabyte, milliseconds(200)};

auto after(const std::vector<MoveRound>& rounds,
           std::optional<milliseconds> most_down = std::nullopt) {
    return next_step(rounds, hundred_a_second, most_down);
}

TEST(MoveRounds, BeginWithAllMemory) { EXPECT_EQ(after({}).step, MoveStep::round); }

TEST(MoveRounds, EndWhenLittleIsLeft) {
    const auto decision =
        after({{256 * megabyte, milliseconds(2560)}, {megabyte, milliseconds(20)}});
    EXPECT_EQ(decision.step, MoveStep::stop);
    EXPECT_LE(decision.rest, megabyte);
}

TEST(MoveRounds, NeedNoSecondForSmallMemory) {
    EXPECT_EQ(after({{megabyte, milliseconds(10)}}).step, MoveStep::stop);
}

TEST(MoveRounds, GoOnWhileWhatIsLeftShrinks) {
    // 20 MB a second are written: a fifth of what the link takes
    const auto decision =
        after({{256 * megabyte, milliseconds(2560)}, {51 * megabyte, milliseconds(512)}});
    EXPECT_EQ(decision.step, MoveStep::round);
    EXPECT_NEAR(static_cast<double>(decision.rest), 10.2 * megabyte, megabyte);
}

TEST(MoveRounds, EndWhenWhatIsLeftNoLongerShrinks) {
    const auto decision =
        after({{256 * megabyte, milliseconds(2560)}, {240 * megabyte, milliseconds(2400)}});
    EXPECT_EQ(decision.step, MoveStep::stop);
    EXPECT_TRUE(decision.bounded);
}

TEST(MoveRounds, NeverPredictMoreThanThereIs) {
    const auto decision =
        after({{100 * megabyte, milliseconds(100)}, {90 * megabyte, milliseconds(10'000)}});
    EXPECT_EQ(decision.rest, 100 * megabyte);
    EXPECT_EQ(decision.down, milliseconds(1200));
}

TEST(MoveRounds, EndAfterMost) {
    std::vector<MoveRound> rounds;
    for (std::uint64_t bytes = 256 * megabyte; rounds.size() < partition::mobility::most_rounds;
         bytes = bytes * 3 / 4)
        rounds.push_back({bytes, milliseconds(bytes * 10 / megabyte)});
    EXPECT_EQ(after(rounds).step, MoveStep::stop);
}

TEST(MoveRounds, EndAsSoonAsItIsDownForNoLongerThanWished) {
    const std::vector<MoveRound> rounds = {{256 * megabyte, milliseconds(2560)},
                                           {51 * megabyte, milliseconds(512)}};
    EXPECT_EQ(after(rounds, milliseconds(400)).step, MoveStep::stop);
    EXPECT_EQ(after(rounds, milliseconds(250)).step, MoveStep::round);
}

TEST(MoveRounds, GiveUpWhenItWouldBeDownForLonger) {
    const std::vector<MoveRound> rounds = {{256 * megabyte, milliseconds(2560)},
                                           {240 * megabyte, milliseconds(2400)}};
    EXPECT_EQ(after(rounds, milliseconds(500)).step, MoveStep::give_up);
    EXPECT_EQ(after(rounds, milliseconds(5000)).step, MoveStep::stop);
}

TEST(MoveRounds, GiveUpWhenTheFixedPartAloneIsTooLong) {
    EXPECT_EQ(after({{megabyte, milliseconds(10)}}, milliseconds(100)).step, MoveStep::give_up);
}

TEST(FixedPart, GrowsWithProcessesMemoryAndFiles) {
    const auto idle = time_of({.processes = 1, .check = milliseconds(50)});
    EXPECT_GT(time_of({.processes = 20, .check = milliseconds(50)}), idle);
    EXPECT_GT(time_of({.processes = 1, .bytes = 256 * megabyte, .check = milliseconds(50)}), idle);
    EXPECT_EQ(time_of({.processes = 1, .files = milliseconds(300), .check = milliseconds(50)}),
              idle + milliseconds(300));
}

TEST(FixedPart, IsLongerOnASlowMachine) {
    EXPECT_EQ(time_of({.processes = 20, .check = milliseconds(500)}),
              10 * time_of({.processes = 20, .check = milliseconds(50)}));
}

}  // namespace
