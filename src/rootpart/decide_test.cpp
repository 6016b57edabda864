#include "rootpart/decide.h"

#include <gtest/gtest.h>

#include <ostream>

namespace rootpart {

void PrintTo(const Decision& decision, std::ostream* out) {
    *out << "act " << static_cast<int>(decision.act) << (decision.nature ? " with nature" : "");
}

namespace {

Entry file(const std::string& content, mode_t mode = 0644) {
    return {Sort::file, mode, 0, 0, 1, content};
}
Entry link(const std::string& leads_to) { return {Sort::link, 0777, 0, 0, 0, leads_to}; }
Entry directory(mode_t mode = 0755) { return {Sort::directory, mode, 0, 0, 0, ""}; }
const Entry pipe = {Sort::other, 0600, 0, 0, 0, ""};
const Entry a = file("a");
const Entry b = file("b");
const Entry mine = file("mine");

Decision of(const Entry* delivered, const Entry* present, const Entry* wanted,
            const Insistence& how = {}) {
    return decide({delivered, present, wanted}, how);
}

TEST(Decide, WhatEverybodyHasInCommonStays) {
    EXPECT_EQ(of(&a, &a, &a), Decision{});
    EXPECT_EQ(of(nullptr, &a, &a), Decision{});
    EXPECT_EQ(of(&b, &a, &a), Decision{});
    EXPECT_EQ(of(&a, nullptr, nullptr), Decision{});
}

TEST(Decide, ANewFileIsAdded) { EXPECT_EQ(of(nullptr, nullptr, &a), Decision{Act::add}); }

TEST(Decide, AnUnchangedFileFollows) {
    EXPECT_EQ(of(&a, &a, &b), Decision{Act::replace});
    const auto left = link("left");
    const auto right = link("right");
    EXPECT_EQ(of(&left, &left, &right), Decision{Act::replace});
}

TEST(Decide, AChangedFileStaysAndTheNewOneLiesBeside) {
    EXPECT_EQ(of(&a, &mine, &b), Decision{Act::keep_beside});
    EXPECT_EQ(of(nullptr, &mine, &b), Decision{Act::keep_beside});
}

TEST(Decide, AChangedFileIsNotTalkedOfAgainWithoutNews) {
    EXPECT_EQ(of(&b, &mine, &b), Decision{});
}

TEST(Decide, ARemovedFileStaysAway) {
    EXPECT_EQ(of(&a, nullptr, &a), Decision{});
    EXPECT_EQ(of(&a, nullptr, &b), Decision{Act::stay_away});
}

TEST(Decide, WhatIsNoLongerWantedGoesUnlessItWasChanged) {
    EXPECT_EQ(of(&a, &a, nullptr), Decision{Act::remove});
    EXPECT_EQ(of(&a, &mine, nullptr), Decision{Act::keep_old});
    EXPECT_EQ(of(nullptr, &mine, nullptr), Decision{});
}

TEST(Decide, ADirectoryIsNeverReplaced) {
    const auto folder = directory();
    EXPECT_EQ(of(&a, &folder, &b), Decision{Act::keep});
    EXPECT_EQ(of(&folder, &mine, &folder), Decision{});
    EXPECT_EQ(of(&folder, &folder, nullptr), Decision{Act::remove});
    EXPECT_EQ(of(&folder, &folder, &a), Decision{Act::keep});
}

TEST(Decide, WhatIsNoFileInsideIsLeftAlone) {
    EXPECT_EQ(of(&a, &pipe, &b), Decision{Act::keep});
    EXPECT_EQ(of(&a, &pipe, &a), Decision{});
    EXPECT_EQ(of(&a, &pipe, nullptr), Decision{Act::keep_old});
    EXPECT_EQ(of(&a, &pipe, &b, {.force = true}), Decision{Act::keep});
}

TEST(Decide, AChangedLinkStays) {
    const auto left = link("left");
    const auto right = link("right");
    const auto own = link("own");
    EXPECT_EQ(of(&left, &own, &right), Decision{Act::keep});
    EXPECT_EQ(of(&left, nullptr, &right), Decision{Act::stay_away});
    EXPECT_EQ(of(&left, nullptr, &left), Decision{});
}

TEST(Decide, ModeAndOwnerFollowUnlessTheyWereChanged) {
    const auto open = file("a", 0644);
    const auto closed = file("a", 0600);
    const auto other = file("a", 0640);
    EXPECT_EQ(of(&open, &open, &closed), (Decision{Act::nothing, true}));
    EXPECT_EQ(of(&open, &other, &closed), Decision{});
    const auto news = file("b", 0600);
    EXPECT_EQ(of(&open, &open, &news), (Decision{Act::replace, true}));
    EXPECT_EQ(of(&open, &other, &news), Decision{Act::replace});
    const auto folder = directory(0755);
    const auto narrow = directory(0700);
    EXPECT_EQ(of(&folder, &folder, &narrow), (Decision{Act::nothing, true}));
}

TEST(Decide, OnlyAddingChangesNothingThatIsThere) {
    const Insistence add = {.only_add = true};
    EXPECT_EQ(of(nullptr, nullptr, &a, add), Decision{Act::add});
    EXPECT_EQ(of(&a, &a, &b, add), Decision{});
    EXPECT_EQ(of(&a, &mine, &b, add), Decision{});
    EXPECT_EQ(of(&a, &a, nullptr, add), Decision{});
}

TEST(Decide, ForceTakesTheNewOneAndKeepsTheChangedOneBeside) {
    const Insistence force = {.force = true};
    EXPECT_EQ(of(&a, &mine, &b, force), (Decision{Act::take_over, true}));
    EXPECT_EQ(of(&a, &mine, &a, force), (Decision{Act::take_over, true}));
    EXPECT_EQ(of(&a, nullptr, &a, force), Decision{Act::add});
    EXPECT_EQ(of(&a, &mine, nullptr, force), Decision{Act::keep_old});
}

TEST(Decide, ACacheAlwaysFollows) {
    const Insistence follow = {.follow = true};
    EXPECT_EQ(of(&a, &mine, &a, follow), Decision{Act::replace});
    EXPECT_EQ(of(&a, nullptr, &a, follow), Decision{Act::add});
    EXPECT_EQ(of(&a, &mine, nullptr, follow), Decision{Act::remove});
}

}  // namespace
}  // namespace rootpart
