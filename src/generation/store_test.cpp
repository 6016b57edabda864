#include "generation/store.h"

#include <gmock/gmock.h>

#include "os/lock.h"
#include "os/test_tree.h"

namespace generation {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class GenerationStore : public testing::Test {
  protected:
    unsigned make(const std::string& text) {
        EXPECT_TRUE(lock(site_));
        const auto folder = begin_new(site_);
        EXPECT_TRUE(folder);
        tree_.directory("store/.new/tree");
        tree_.file("store/.new/tree/file", text);
        const auto made =
            publish(site_, {.date = 1, .package_digest = "p", .content_digest = "c", .files = 1});
        EXPECT_TRUE(made) << made.error().text;
        return made ? made->number : 0;
    }

    os::TestTree tree_;
    Site site_ = {tree_.path("store"), tree_.path("mounts")};
};

TEST_F(GenerationStore, NumbersGrowAndNoneIsEverGivenTwice) {
    EXPECT_THAT(*numbers(site_), IsEmpty());
    EXPECT_EQ(make("one"), 1U);
    EXPECT_EQ(make("two"), 2U);
    EXPECT_THAT(*numbers(site_), ElementsAre(1, 2));
    EXPECT_EQ(tree_.text("store/2/tree/file"), "two");
    EXPECT_EQ(load(site_, 2)->number, 2U);
    ASSERT_TRUE(remove(site_, 2));
    EXPECT_FALSE(tree_.has("store/2"));
    EXPECT_EQ(make("three"), 3U);
    EXPECT_THAT(*numbers(site_), ElementsAre(1, 3));
}

TEST_F(GenerationStore, OneThatIsNotThereIsToldWithThoseThatAre) {
    EXPECT_THAT(load(site_, 4).error().text, HasSubstr("corral generation create makes one"));
    make("one");
    EXPECT_EQ(load(site_, 4).error().text, "there is no generation 4, only 1");
}

TEST_F(GenerationStore, WhatAKilledCommandLeftIsRemovedByTheNext) {
    make("one");
    tree_.directory("store/.new/tree");
    tree_.directory("store/.old-7/tree");
    EXPECT_THAT(*numbers(site_), ElementsAre(1));
    ASSERT_TRUE(clear_leftovers(site_));
    EXPECT_FALSE(tree_.has("store/.new"));
    EXPECT_FALSE(tree_.has("store/.old-7"));
    EXPECT_TRUE(tree_.has("store/1/tree/file"));
}

TEST_F(GenerationStore, WhoMakesOneIsNotDisturbed) {
    const auto held = lock(site_);
    ASSERT_TRUE(held);
    ASSERT_TRUE(begin_new(site_));
    ASSERT_TRUE(clear_leftovers(site_));
    EXPECT_TRUE(tree_.has("store/.new"));
}

}  // namespace
}  // namespace generation
