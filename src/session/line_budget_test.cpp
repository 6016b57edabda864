#include "session/line_budget.h"

#include <gtest/gtest.h>

namespace session {
namespace {

std::uint64_t allowed(LineBudget& budget, std::uint64_t lines, std::uint64_t now) {
    std::uint64_t count = 0;
    for (std::uint64_t line = 0; line < lines; ++line) count += budget.allows(now) ? 1 : 0;
    return count;
}

TEST(LineBudget, LetsABootsWorthPassAtOnce) {
    LineBudget budget;
    EXPECT_EQ(allowed(budget, LineBudget::burst, 5000), LineBudget::burst);
    EXPECT_EQ(budget.take_left_out(), 0U);
}

TEST(LineBudget, HoldsAFloodToATrickle) {
    LineBudget budget;
    (void)allowed(budget, 100'000, 5000);
    EXPECT_EQ(budget.take_left_out(), 100'000 - LineBudget::burst);
    std::uint64_t passed = 0;
    for (std::uint64_t now = 5000; now < 15'000; ++now) passed += allowed(budget, 10, now);
    EXPECT_EQ(passed, 10 * LineBudget::per_second - 1) << "the last second's is not earned yet";
}

TEST(LineBudget, IsWholeAgainAfterAQuietWhile) {
    LineBudget budget;
    (void)allowed(budget, 100'000, 5000);
    EXPECT_EQ(allowed(budget, 5000, 5'000'000), LineBudget::burst);
}

}  // namespace
}  // namespace session
