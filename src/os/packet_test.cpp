#include "os/packet.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "os/dir.h"

namespace os {
namespace {

struct PacketTest : testing::Test {
    PacketEnds ends = *make_packet_ends();
    Packet receive() { return std::move(**receive_packet(ends.other.get())); }
};

TEST_F(PacketTest, ANumberAndATextArriveAsTheyWereSent) {
    ASSERT_TRUE(send_packet(ends.one.get(), {.what = 7, .text = "pts/3"}));
    const auto packet = receive();
    EXPECT_EQ(packet.what, 7U);
    EXPECT_EQ(packet.text, "pts/3");
    EXPECT_FALSE(packet.carried);
    EXPECT_FALSE(packet.error);
}

TEST_F(PacketTest, AnErrorKeepsItsKindItsNumberItsIdAndItsWords) {
    send_error(ends.one.get(), {Kind::full, "no space", 28, "0960-247", "space"});
    const auto packet = receive();
    ASSERT_TRUE(packet.error);
    EXPECT_EQ(packet.error->kind, Kind::full);
    EXPECT_EQ(packet.error->text, "no space");
    EXPECT_EQ(packet.error->os_number, 28);
    EXPECT_EQ(packet.error->id, "0960-247");
    EXPECT_EQ(packet.error->check, "space");
}

TEST_F(PacketTest, AnErrorLongerThanAPacketIsCut) {
    send_error(ends.one.get(), {Kind::other, std::string(100'000, 'x'), 0, "0960-247"});
    const auto packet = receive();
    ASSERT_TRUE(packet.error);
    EXPECT_GT(packet.error->text.size(), 1000U);
    EXPECT_EQ(packet.error->id, "0960-247");
}

TEST_F(PacketTest, ADescriptorIsHandedOver) {
    const auto root = *Dir::open("/");
    ASSERT_TRUE(send_packet(ends.one.get(), {.carried = root.fd()}));
    const auto packet = receive();
    struct stat sent = {};
    struct stat came = {};
    ASSERT_EQ(::fstat(root.fd(), &sent), 0);
    ASSERT_EQ(::fstat(packet.carried.get(), &came), 0);
    EXPECT_NE(packet.carried.get(), root.fd());
    EXPECT_EQ(sent.st_ino, came.st_ino);
}

TEST_F(PacketTest, TheOtherEndsCloseIsNothing) {
    ends.one = UniqueFd();
    const auto packet = receive_packet(ends.other.get());
    ASSERT_TRUE(packet);
    EXPECT_FALSE(*packet);
}

TEST_F(PacketTest, WhatIsNoPacketIsRefused) {
    ASSERT_EQ(::send(ends.one.get(), "short", 5, 0), 5);
    EXPECT_FALSE(receive_packet(ends.other.get()));
}

}  // namespace
}  // namespace os
