#include "spec/values.h"

#include "spec/test_support.h"

namespace spec {
namespace {

using Amount = std::optional<std::uint64_t>;
using Shares = std::optional<std::uint32_t>;
using Numbers = std::vector<std::uint32_t>;

TEST(PercentRange, CountsHundredthsOfAPercent) {
    EXPECT_THAT(parse_percent_range("10%-50%,100%"), Holds(PercentRange{1000, 5000, 10000}));
    EXPECT_THAT(parse_percent_range("0.5%-.01%,0.1%"), FailsWith("minimum is greater"));
    EXPECT_THAT(parse_percent_range(".01%-0.25%,99.99%"), Holds(PercentRange{1, 25, 9999}));
}

TEST(PercentRange, SignsAndTheHardLimitMayBeLeftOut) {
    EXPECT_THAT(parse_percent_range("10-50,100"), Holds(PercentRange{1000, 5000, 10000}));
    EXPECT_THAT(parse_percent_range("10%-50%"), Holds(PercentRange{1000, 5000, 10000}));
    EXPECT_THAT(parse_percent_range(""), Holds(PercentRange{0, 10000, 10000}));
}

TEST(PercentRange, MinimumSoftAndHardMustRise) {
    EXPECT_THAT(parse_percent_range("60%-50%,100%"),
                FailsWith("the minimum is greater than the soft maximum"));
    EXPECT_THAT(parse_percent_range("10%-90%,50%"),
                FailsWith("the soft maximum is greater than the hard"));
    EXPECT_THAT(parse_percent_range("5%-5%,5%"), Works());
}

TEST(PercentRange, NonsenseIsRefused) {
    EXPECT_THAT(parse_percent_range("50%"),
                FailsWith("'-' between minimum and soft maximum is missing"));
    EXPECT_THAT(parse_percent_range("0%-0%,100%"),
                FailsWith("soft maximum is not a percentage from .01"));
    EXPECT_THAT(parse_percent_range("0%-50%,101%"), FailsWith("hard maximum"));
    for (const auto* text : {"-", "a-b,c", "1-2,3,4", "1%%-2%,3%", "1.234-2,3", ".-1,2", "1-2,",
                             "-5%-10%,20%", "1 -2,3", "99999999999999999999-1,2", "100.01-1,1"})
        EXPECT_FALSE(parse_percent_range(text)) << text;
}

TEST(PercentRange, IsShownAsItIsWritten) {
    for (const auto* text :
         {"10%-50%,100%", "0.01%-0.25%,99.99%", "0.5%-10.1%,10.11%", "0%-100%,100%"})
        EXPECT_EQ(show(*parse_percent_range(text)), text);
}

TEST(Percent, RunsFromOneToAHundred) {
    EXPECT_THAT(parse_percent("50%"), Holds(50u));
    EXPECT_THAT(parse_percent("1"), Holds(1u));
    EXPECT_THAT(parse_percent(""), Holds(100u));
    for (const auto* text : {"0", "101%", "%", "x", "5.5%", "-1"})
        EXPECT_FALSE(parse_percent(text)) << text;
}

TEST(Shares, RunFromOneTo65535) {
    EXPECT_THAT(parse_shares("1"), Holds(Shares(1)));
    EXPECT_THAT(parse_shares("65535"), Holds(Shares(65535)));
    EXPECT_THAT(parse_shares("unlimited"), Holds(Shares()));
    for (const auto* text : {"0", "65536", "-1", "ten"}) EXPECT_FALSE(parse_shares(text)) << text;
}

TEST(Count, HasALeastValue) {
    EXPECT_THAT(parse_count("2", 2), Holds(Amount(2)));
    EXPECT_THAT(parse_count("", 2), Holds(Amount()));
    EXPECT_THAT(parse_count("unlimited", 2), Holds(Amount()));
    EXPECT_THAT(parse_count("1", 2),
                FailsWith("'1' is not a number of at least 2, or 'unlimited'"));
}

TEST(AmountOfMemory, BareNumbersAreMegabytes) {
    EXPECT_THAT(parse_amount("512"), Holds(Amount(512ULL << 20)));
    EXPECT_THAT(parse_amount("2G"), Holds(Amount(2ULL << 30)));
    EXPECT_THAT(parse_amount("2GB"), Holds(Amount(2ULL << 30)));
    EXPECT_THAT(parse_amount("1t"), Holds(Amount(1ULL << 40)));
    EXPECT_THAT(parse_amount("unlimited"), Holds(Amount()));
    for (const auto* text : {"0", "5B", "B", "GB", "1.5G", "-1M", "99999999999T"})
        EXPECT_FALSE(parse_amount(text)) << text;
}

TEST(Cpus, ListsAndRangesAreSortedAndUnique) {
    EXPECT_THAT(parse_cpus("0-1,3"), Holds(Numbers{0, 1, 3}));
    EXPECT_THAT(parse_cpus("3,1-3,0"), Holds(Numbers{0, 1, 2, 3}));
    EXPECT_THAT(parse_cpus(""), Holds(Numbers{}));
    for (const auto* text : {"3-1", "a", "1,", ",", "0-4294967295", "-1", "1-"})
        EXPECT_THAT(parse_cpus(text), FailsWith("is not a list of CPUs")) << text;
}

TEST(YesNo, HasADefault) {
    EXPECT_THAT(parse_yes_no("", true), Holds(true));
    EXPECT_THAT(parse_yes_no("no", true), Holds(false));
    EXPECT_THAT(parse_yes_no("on", true), FailsWith("neither yes nor no"));
}

}  // namespace
}  // namespace spec
