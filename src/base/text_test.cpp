#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Cat, JoinsWordsNumbersTruthsAndCharacters) {
    EXPECT_EQ(cat("cpu weight ", 5, ' ', true, "/", false, std::string(" end")),
              "cpu weight 5 yes/no end");
    EXPECT_EQ(cat(std::uint64_t{18446744073709551615U}, -1), "18446744073709551615-1");
    EXPECT_EQ(cat(), "");
}

TEST(Split, KeepsEmptyParts) {
    EXPECT_THAT(split("a::b:", ':'), ElementsAre("a", "", "b", ""));
    EXPECT_THAT(split("", ':'), ElementsAre(""));
    EXPECT_THAT(split("alone", ':'), ElementsAre("alone"));
}

TEST(Words, AreWhatStandsBetweenBlanksOfAnyKind) {
    EXPECT_THAT(words("  one\ttwo\r\n three "), ElementsAre("one", "two", "three"));
    EXPECT_THAT(words(" \t\n"), IsEmpty());
    EXPECT_THAT(words(""), IsEmpty());
}

TEST(Join, PutsTheSeparatorBetweenAlsoAfterEmptyParts) {
    EXPECT_EQ(join({"", "a", ""}, ", "), ", a, ");
    EXPECT_EQ(join({"a", "a"}, "+"), "a+a");
    EXPECT_EQ(join({}, ", "), "");
}

TEST(Trim, TakesBlanksOffBothEndsAndLeavesThoseInside) {
    EXPECT_EQ(trim(" \t a b\r\n"), "a b");
    EXPECT_EQ(trim("\n"), "");
    EXPECT_EQ(trim(""), "");
}

TEST(Printable, ShowsControlAndForeignBytesAsNumbers) {
    EXPECT_EQ(printable("plain ~"), "plain ~");
    EXPECT_EQ(printable("\x1b[2J\n\x7f"), "\\x1b[2J\\x0a\\x7f");
    EXPECT_EQ(printable("\xc3\xa4"), "\\xc3\\xa4");
    EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\x00b");
}

TEST(HasControl, FindsNewlineNulAndDelete) {
    EXPECT_TRUE(has_control("a\nb"));
    EXPECT_TRUE(has_control(std::string_view("a\0", 2)));
    EXPECT_TRUE(has_control("\x7f"));
    EXPECT_FALSE(has_control("plain text \xc3\xa4"));
}

TEST(ShellWord, QuotesWhatAShellWouldTakeApart) {
    EXPECT_EQ(shell_word("/usr/bin/vmstat"), "/usr/bin/vmstat");
    EXPECT_EQ(shell_word(""), "''");
    EXPECT_EQ(shell_word("two words"), "'two words'");
    EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
    EXPECT_EQ(shell_word("$(reboot)"), "'$(reboot)'");
    EXPECT_EQ(shell_word("~"), "'~'");
}

TEST(ToNumber, WantsDigitsToTheEnd) {
    EXPECT_EQ(to_number("0"), 0U);
    EXPECT_EQ(to_number("18446744073709551615"), 18446744073709551615U);
    for (const auto* odd : {"", "-1", "+1", " 1", "1 ", "1x", "0x1", "18446744073709551616"})
        EXPECT_EQ(to_number(odd), std::nullopt) << odd;
}

}  // namespace
