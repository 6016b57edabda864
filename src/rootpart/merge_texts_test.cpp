#include "rootpart/merge_texts.h"

#include <gtest/gtest.h>

namespace rootpart {
namespace {

TEST(MergeLines, KeepsWhatWasAddedAndLeavesOutWhatWasRemovedInside) {
    EXPECT_EQ(merge_lines("a\nmine\n", "a\nb\nnew\n", "a\nb\n"), "a\nnew\nmine\n");
    EXPECT_EQ(merge_lines("a\nold\n", "a\n", "a\nold\n"), "a\n");
    EXPECT_EQ(merge_lines("1\n2\n:\nx\ny\n:\n", "1\n2\n:\n", "1\n2\n:\n", 3), "1\n2\n:\nx\ny\n:\n");
}

TEST(MergeRecords, TakesTheFirstOfAName) {
    EXPECT_EQ(merge_records("Name: b\nValue: mine\n\n", "Name: a\nValue: 1\n\nName: b\nValue: 2\n"),
              "Name: a\nValue: 1\n\nName: b\nValue: mine\n\n");
}

}  // namespace
}  // namespace rootpart
