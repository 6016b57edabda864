#include "base/size.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using testing::HasSubstr;

TEST(ParseSize, KnowsUnitsInEitherCase) {
    EXPECT_EQ(*parse_size("20K", 1), 20U << 10);
    EXPECT_EQ(*parse_size("512m", 1), 512U << 20);
    EXPECT_EQ(*parse_size("5G", 512), std::uint64_t{5} << 30);
    EXPECT_EQ(*parse_size("1t", 1), std::uint64_t{1} << 40);
}

TEST(ParseSize, CountsABareNumberInTheCallersUnit) {
    EXPECT_EQ(*parse_size("2097152", 512), std::uint64_t{1} << 30);
    EXPECT_EQ(*parse_size("7", 1), 7U);
}

TEST(ParseSize, RefusesWhatIsNoSizeAndNamesIt) {
    for (const auto* odd : {"", "G", "5GB", "-5G", "1.5G", "5 G", "five", "5P"}) {
        const auto parsed = parse_size(odd, 1);
        ASSERT_FALSE(parsed) << odd;
        EXPECT_EQ(parsed.error().kind, Kind::invalid);
        EXPECT_THAT(parsed.error().text, HasSubstr(cat("'", odd, "' is not a size")));
    }
}

TEST(ParseSize, RefusesZero) {
    const auto parsed = parse_size("0G", 1);
    ASSERT_FALSE(parsed);
    EXPECT_THAT(parsed.error().text, HasSubstr("zero"));
}

TEST(ParseSize, RefusesWhatTheKernelCannotCount) {
    EXPECT_TRUE(parse_size("8388607T", 1));
    EXPECT_THAT(parse_size("8388608T", 1).error().text, HasSubstr("too large"));
    EXPECT_THAT(parse_size("18014398509481984", 512).error().text, HasSubstr("too large"));
}

TEST(ParseSize, ShowsHostileTextHarmlessly) {
    EXPECT_THAT(parse_size("\x1b[2J", 1).error().text, HasSubstr("\\x1b[2J"));
}

TEST(ShowSize, IsTheShortestExactForm) {
    EXPECT_EQ(show_size(5368709120), "5G");
    EXPECT_EQ(show_size(1000), "1000");
    EXPECT_EQ(show_size(1536), "1536");
    EXPECT_EQ(show_size(std::uint64_t{2048} << 40), "2048T");
    EXPECT_EQ(show_size(0), "0");
}

TEST(ShowSize, IsReadBackAsTheSameNumber) {
    for (const std::uint64_t bytes : {1UL, 1023UL, 1024UL, 1025UL, 5UL << 30, (1UL << 40) + 512})
        EXPECT_EQ(*parse_size(show_size(bytes), 1), bytes);
}

}  // namespace
