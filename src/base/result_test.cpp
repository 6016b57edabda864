#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"

namespace {

const Error broken{Kind::busy, "it is held"};

Result<int> number(bool good) {
    if (!good) return broken;
    return 7;
}

TEST(Result, HoldsAValueOrAnError) {
    EXPECT_TRUE(number(true));
    EXPECT_EQ(*number(true), 7);
    EXPECT_FALSE(number(false));
    EXPECT_EQ(number(false).error().kind, Kind::busy);
}

TEST(Result, OfNothingIsGoodByItself) {
    EXPECT_TRUE(Result<void>());
    EXPECT_FALSE(Result<void>(broken));
}

TEST(Result, TakesWhatConvertsToItsValue) {
    const Result<std::string> text = "literal";
    EXPECT_EQ(*text, "literal");
    const Result<std::optional<int>> maybe = 3;
    EXPECT_EQ(**maybe, 3);
    const Result<std::optional<int>> none = std::optional<int>();
    EXPECT_TRUE(none);
    EXPECT_FALSE(none->has_value());
}

TEST(Result, CopiesAsAResultNotAsAValue) {
    const Result<std::vector<int>> first = std::vector<int>{1, 2};
    auto second = first;
    EXPECT_EQ(second->size(), 2U);
    second = Result<std::vector<int>>(broken);
    EXPECT_FALSE(second);
}

TEST(Within, NamesTheStepOfAnErrorOnly) {
    EXPECT_EQ(number(false).within("step ", 3).error().text, "step 3: it is held");
    EXPECT_EQ(*number(true).within("step"), 7);
}

Result<int> sum(bool first, bool second) { return TRY(number(first)) + TRY(number(second)); }

TEST(Try, IsTheValueOrLeavesTheFunction) {
    EXPECT_EQ(*sum(true, true), 14);
    EXPECT_EQ(sum(true, false).error().text, "it is held");
    EXPECT_EQ(sum(false, true).error().text, "it is held");
}

Result<int> half(int whole) {
    if (whole % 2 != 0) return Error{Kind::invalid, cat(whole, " is odd")};
    return whole / 2;
}
Result<int> quarter(int whole) { return TRY(half(TRY(half(whole)))); }

TEST(Try, MayStandInsideAnothersExpression) {
    EXPECT_EQ(*quarter(12), 3);
    EXPECT_EQ(quarter(6).error().text, "3 is odd");
    EXPECT_EQ(quarter(5).error().text, "5 is odd");
}

Result<std::unique_ptr<int>> owner() { return std::make_unique<int>(5); }
Result<int> unwrapped() {
    const auto owned = TRY(owner());
    return *owned;
}

TEST(Try, MovesWhatCannotBeCopied) { EXPECT_EQ(*unwrapped(), 5); }

Result<void> nothing(bool good) {
    TRY(number(good));
    return {};
}

TEST(Try, CarriesAnErrorIntoAnotherKindOfResult) {
    EXPECT_TRUE(nothing(true));
    EXPECT_EQ(nothing(false).error().text, "it is held");
}

}  // namespace
