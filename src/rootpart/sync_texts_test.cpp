#include "rootpart/sync_texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/test_tree.h"

namespace rootpart {
namespace {

constexpr auto overrides = "var/lib/dpkg/statoverride";

class SyncTextsTest : public ::testing::Test {
  protected:
    SyncTextsTest() {
        for (const auto* tree : {"wanted/", "target/"}) {
            tree_.directory(cat(tree, "var/lib/dpkg"));
            tree_.directory(cat(tree, "var/cache/debconf"));
        }
    }
    Result<std::vector<Text>> plan() const {
        const auto wanted = tree_.dir("wanted");
        const auto target = tree_.dir("target");
        return plan_texts({wanted, target, before_, {}});
    }
    os::TestTree tree_;
    Manifest before_;
};

TEST_F(SyncTextsTest, WhatIsLevelIsNotWritten) {
    tree_.file(cat("wanted/", overrides), "a\n");
    tree_.file(cat("target/", overrides), "a\n");
    before_.statoverride = "a\n";
    const auto texts = plan();
    ASSERT_TRUE(texts);
    EXPECT_TRUE(texts->empty());
}

TEST_F(SyncTextsTest, WhatWasAddedInsideStaysBesideWhatIsNew) {
    tree_.file(cat("wanted/", overrides), "a\nb\n");
    tree_.file(cat("target/", overrides), "a\nmine\n");
    before_.statoverride = "a\n";
    const auto texts = plan();
    ASSERT_TRUE(texts);
    ASSERT_EQ(texts->size(), 1U);
    EXPECT_EQ(texts->front().path, overrides);
    EXPECT_EQ(texts->front().text, "a\nb\nmine\n");
}

TEST_F(SyncTextsTest, AnAnswerGivenInsideStaysAndIsNobodyElsesToRead) {
    tree_.file("wanted/var/cache/debconf/config.dat",
               "Name: q\nValue: no\n\nName: new\nValue: 1\n");
    tree_.file("target/var/cache/debconf/config.dat", "Name: q\nValue: yes\n");
    const auto texts = plan();
    ASSERT_TRUE(texts);
    ASSERT_EQ(texts->size(), 1U);
    EXPECT_EQ(texts->front().text, "Name: new\nValue: 1\n\nName: q\nValue: yes\n\n");
    EXPECT_EQ(texts->front().mode, 0600U);
}

TEST_F(SyncTextsTest, WhatIsNoFileInsideIsNotTakenForAnEmptyOne) {
    tree_.file(cat("wanted/", overrides), "a\n");
    tree_.fifo(cat("target/", overrides));
    const auto texts = plan();
    ASSERT_FALSE(texts);
    EXPECT_THAT(texts.error().text, ::testing::HasSubstr(overrides));
}

}  // namespace
}  // namespace rootpart
