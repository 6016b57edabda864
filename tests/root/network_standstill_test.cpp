// While a WPAR is Paused its sockets hear and say nothing.
#include "network_bed.h"

namespace network {
namespace {

class Standstill : public NetworkBed {
  protected:
    void SetUp() override {
        NetworkBed::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        ASSERT_OK(set_up(site, wish(1, {"192.168.21.11/24"}), first.get()));
        ASSERT_TRUE(reaches(lan, "192.168.21.11"));
    }
    bool stands() {
        const auto found = is_still(first.get());
        EXPECT_TRUE(found) << found.error().text;
        return found && *found;
    }
};

TEST_F(Standstill, NothingPassesUntilItEnds) {
    ASSERT_OK(still(first.get()));
    EXPECT_TRUE(stands());
    EXPECT_FALSE(reaches(lan, "192.168.21.11"));
    EXPECT_FALSE(reaches(first, "192.168.21.50"));
    EXPECT_FALSE(reaches(first, "127.0.0.1"));
    ASSERT_OK(unstill(first.get()));
    EXPECT_FALSE(stands());
    EXPECT_TRUE(reaches(lan, "192.168.21.11"));
    EXPECT_TRUE(reaches(first, "127.0.0.1"));
}

// What CRIU sends to build a connection of which one side is closed; root inside may send the like.
TEST_F(Standstill, WhatCriuMarksPassesWithinItAndNeverLeavesIt) {
    ASSERT_OK(still(first.get()));
    say("echo 1 >/proc/sys/net/ipv4/fwmark_reflect", first);  // answers have the mark, too
    constexpr auto mark = "-m 49428";                         // 0xC114
    EXPECT_TRUE(reaches(first, "127.0.0.1", mark));
    EXPECT_TRUE(reaches(first, "192.168.21.11", mark));
    EXPECT_FALSE(reaches(first, "192.168.21.50", mark));
    EXPECT_FALSE(reaches(first, "127.0.0.1", "-m 49429"));
}

TEST_F(Standstill, BothCanBeRepeated) {
    ASSERT_OK(unstill(first.get()));
    ASSERT_OK(still(first.get()));
    ASSERT_OK(still(first.get()));
    EXPECT_FALSE(reaches(lan, "192.168.21.11"));
    ASSERT_OK(unstill(first.get()));
    ASSERT_OK(unstill(first.get()));
    EXPECT_TRUE(reaches(lan, "192.168.21.11"));
}

TEST_F(Standstill, ATableOfThatNameThatIsThereIsReplaced) {
    say("nft add table inet corral_standstill", first);
    ASSERT_OK(still(first.get()));
    EXPECT_FALSE(reaches(lan, "192.168.21.11"));
}

TEST_F(Standstill, OthersGoOn) {
    ASSERT_OK(set_up(site, wish(2, {"192.168.21.12/24"}), second.get()));
    ASSERT_OK(still(first.get()));
    EXPECT_TRUE(reaches(lan, "192.168.21.12"));
    ASSERT_OK(tear_down(site, 2));
}

TEST_F(Standstill, ANamespaceWithoutInterfacesCanStandStillBeforeItHasAny) {
    const auto fresh = make_netns();
    ASSERT_OK(still(fresh.get()));
    ASSERT_OK(set_up(site, wish(3, {"192.168.21.13/24"}), fresh.get()));
    EXPECT_FALSE(reaches(lan, "192.168.21.13"));
    ASSERT_OK(unstill(fresh.get()));
    EXPECT_TRUE(reaches(lan, "192.168.21.13"));
    ASSERT_OK(tear_down(site, 3));
}

TEST_F(Standstill, AnAbandonedOneHasNoWayOutAndIsTornDown) {
    ASSERT_OK(still(first.get()));
    ASSERT_OK(abandon(first.get()));
    ASSERT_OK(abandon(first.get()));
    ASSERT_OK(unstill(first.get()));
    EXPECT_FALSE(reaches(lan, "192.168.21.11"));
    ASSERT_OK(tear_down(site, 1));
    EXPECT_EQ(changes(before), "");
}

}  // namespace
}  // namespace network
