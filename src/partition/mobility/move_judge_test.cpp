#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "partition/mobility/move_facts.h"

namespace {

using partition::mobility::HostFacts;
using partition::mobility::judge_move;
using partition::mobility::MoveWish;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

HostFacts host() {
    return {.corral = "1.0",
            .kernel = "6.1.0",
            .machine = "x86_64",
            .criu = "3.17",
            .clock = 1'000'000,
            .free = 1U << 30,
            .processor = {"avx", "sse"},
            .packages = {"bash 5.2", "libc6 2.36"},
            .idbase = 65536};
}
MoveWish wish(bool live = false) {
    MoveWish wished{.live = live, .bytes = 1 << 20, .shares_software = true};
    wished.definition.general.idbase = 65536;
    return wished;
}
int stopping(const std::vector<partition::mobility::MoveFinding>& found) {
    int count = 0;
    for (const auto& finding : found) count += finding.stops ? 1 : 0;
    return count;
}

TEST(JudgeMove, HasNothingToSayOfTwoHostsThatAreAlike) {
    EXPECT_THAT(judge_move(wish(), host(), host()), IsEmpty());
    EXPECT_THAT(judge_move(wish(true), host(), host()), IsEmpty());
}

TEST(JudgeMove, TellsAllReasonsAtOnceAndWhatStopsItFirst) {
    auto there = host();
    there.kernel = "6.18";
    there.machine = "aarch64";
    there.objections = {"the name web1 is taken", "the address 10.0.0.5 is used"};
    const auto found = judge_move(wish(), host(), there);
    EXPECT_EQ(stopping(found), 3);
    ASSERT_THAT(found, SizeIs(4));
    EXPECT_THAT(found[0].text, HasSubstr("name web1"));
    EXPECT_TRUE(found[2].stops);
    EXPECT_THAT(found[3].text, HasSubstr("6.18"));
}

TEST(JudgeMove, OtherSoftwareBelowASharedUsrStopsALiveMoveOnly) {
    auto there = host();
    there.packages = {"bash 5.2", "libc6 2.37"};
    auto found = judge_move(wish(), host(), there);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_FALSE(found[0].stops);
    EXPECT_THAT(found[0].text, HasSubstr("libc6: 2.37 there, 2.36 here"));
    EXPECT_EQ(stopping(judge_move(wish(true), host(), there)), 1);
    auto own = wish();
    own.shares_software = false;
    EXPECT_THAT(judge_move(own, host(), there), IsEmpty());
}

TEST(JudgeMove, MemoryNeedsTheSameCriuAndAProcessorThatHasAllFlags) {
    auto there = host();
    there.criu = "";
    there.processor = {"sse"};
    EXPECT_EQ(stopping(judge_move(wish(true), host(), there)), 2);
    EXPECT_EQ(stopping(judge_move(wish(false), host(), there)), 0);
    there = host();
    there.criu = "4.0";
    EXPECT_EQ(stopping(judge_move(wish(true), host(), there)), 1);
}

TEST(JudgeMove, TellsOfClocksAndRoom) {
    auto there = host();
    there.clock += 5500;
    there.free = 1;
    const auto found = judge_move(wish(), host(), there);
    ASSERT_THAT(found, SizeIs(2));
    EXPECT_THAT(found[0].text, HasSubstr("5 s ahead"));
    EXPECT_EQ(stopping(found), 0);
}

TEST(JudgeMove, ShowsForeignWordsSafely) {
    auto there = host();
    there.objections = {"\x1b[2J"};
    EXPECT_EQ(judge_move(wish(), host(), there)[0].text.find('\x1b'), std::string::npos);
}

TEST(HostFacts, AreReadAsTheyWereWritten) {
    auto facts = host();
    facts.objections = {"one", "two"};
    const auto again = partition::mobility::parse_facts(partition::mobility::write(facts));
    EXPECT_EQ(again.packages, facts.packages);
    EXPECT_EQ(again.objections, facts.objections);
    EXPECT_EQ(again.processor, facts.processor);
    EXPECT_EQ(again.clock, facts.clock);
    EXPECT_EQ(again.idbase, facts.idbase);
}

TEST(Devices, AreReadAsTheyWereWritten) {
    const partition::mobility::Devices devices = {{"en0", "eth1"}, {"en1", "eth2"}};
    EXPECT_EQ(partition::mobility::parse_devices(partition::mobility::write_devices(devices)),
              devices);
    EXPECT_THAT(partition::mobility::parse_devices("=x\nx=\nx\n"), IsEmpty());
}

}  // namespace
