#include "cgroup/division.h"

#include <gmock/gmock.h>

#include <numeric>

namespace cgroup {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

Claim shares(std::uint32_t count) { return {.shares = count}; }
Claim range(std::uint32_t min, std::uint32_t soft) {
    return {.range = {.min = min, .soft = soft, .hard = 10000}};
}
auto near(double value) { return DoubleNear(value, 0.001); }

TEST(Division, SharesCountAgainstAllShares) {  // AIX's own example
    const auto division = divide({shares(15), shares(10), shares(5)});
    EXPECT_THAT(division.fractions, ElementsAre(near(0.5), near(0.333), near(0.167)));
}

TEST(Division, WithoutClaimsAllAreEqual) {
    EXPECT_THAT(divide({{}, {}, {}, {}}).fractions,
                ElementsAre(near(0.25), near(0.25), near(0.25), near(0.25)));
}

TEST(Division, AWparWithoutSharesCountsLikeTheAverage) {
    EXPECT_THAT(divide({shares(30), shares(10), {}}).fractions,
                ElementsAre(near(0.5), near(0.167), near(0.333)));
}

TEST(Division, AMinimumIsTakenFromTheOthers) {
    EXPECT_THAT(divide({range(8000, 10000), {}, {}}).fractions,
                ElementsAre(near(0.8), near(0.1), near(0.1)));
}

TEST(Division, WhatASoftMaximumLeavesGoesToTheOthers) {
    EXPECT_THAT(divide({range(0, 1000), {}, {}}).fractions,
                ElementsAre(near(0.1), near(0.45), near(0.45)));
}

TEST(Division, PercentagesWinOverShares) {
    Claim bounded = shares(1000);
    bounded.range.soft = 2500;
    EXPECT_THAT(divide({bounded, shares(1)}).fractions, ElementsAre(near(0.25), near(0.75)));
}

TEST(Division, SoftMaximaOfAllMayLeaveSomeUnused) {
    const auto division = divide({range(0, 2000), range(0, 3000)});
    EXPECT_THAT(division.fractions, ElementsAre(near(0.2), near(0.3)));
    EXPECT_FALSE(division.plain);
}

TEST(Division, AddsUpToTheWholeForManyOddClaims) {
    std::vector<Claim> claims;
    for (std::uint32_t i = 0; i < 500; ++i) {
        claims.push_back(shares(1 + i * 131));
        claims.push_back(range(i % 7, 10000 - i));
        claims.emplace_back();
    }
    const auto fractions = divide(claims).fractions;
    EXPECT_NEAR(std::accumulate(fractions.begin(), fractions.end(), 0.0), 1, 1e-6);
}

TEST(Weight, IsTheKernelsOwnForWparsWithoutClaims) {
    const auto division = divide({range(8000, 10000), {}, {}});
    EXPECT_EQ(weight_of(division, 1), 100U);
    EXPECT_EQ(weight_of(division, 2), 100U);
    EXPECT_EQ(weight_of(division, 0), 800U);  // 800 of 1000
}

TEST(Weight, OfSharesAreInProportionAroundTheKernelsOwn) {
    const auto division = divide({shares(15), shares(10), shares(5)});
    EXPECT_EQ(weight_of(division, 0), 150U);
    EXPECT_EQ(weight_of(division, 1), 100U);
    EXPECT_EQ(weight_of(division, 2), 50U);
}

TEST(Weight, StaysWithinWhatTheKernelTakes) {
    const auto extreme = divide({shares(65535), shares(1)});
    EXPECT_EQ(weight_of(extreme, 0), 200U);
    EXPECT_EQ(weight_of(extreme, 1), 1U);
    const auto all = divide({range(10000, 10000), {}});  // the other gets what is left of nothing
    EXPECT_EQ(weight_of(all, 0), 10000U);
    EXPECT_EQ(weight_of(all, 1), 1U);
    EXPECT_EQ(weight_of(divide({shares(7)}), 0), 100U);
}

TEST(BaseWeight, StaysTheKernelsOwnWithoutMinima) {
    EXPECT_EQ(base_weight({shares(4), {}}), 100U);
    EXPECT_EQ(base_weight({range(1000, 10000)}), 100U);  // 10 % of all are less than a quarter
}

TEST(BaseWeight, LetsMinimaHoldAgainstTheGlobalEnvironment) {
    EXPECT_EQ(base_weight({range(5000, 10000)}), 300U);
    EXPECT_EQ(base_weight({range(5000, 10000), range(2500, 10000)}), 900U);
    EXPECT_EQ(base_weight({range(10000, 10000)}), 10000U);
}

TEST(BaseWeight, FollowsSoftMaximaDown) {
    EXPECT_EQ(base_weight({range(0, 1000)}), 33U);
    EXPECT_EQ(base_weight({range(0, 1000), {}}), 100U);  // the other may use all
}

}  // namespace
}  // namespace cgroup
