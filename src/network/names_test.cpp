#include "network/names.h"

#include <gtest/gtest.h>

#include "network/network.h"

namespace network {
namespace {

TEST(LinkName, HasRoomForTheLargestKey) {
    EXPECT_EQ(link_name(12, 0), "cor12n0");
    EXPECT_LE(link_name(largest_key, 9999).size(), 15U);
}

TEST(LinkName, TellsItsKey) {
    EXPECT_EQ(key_of_link("cor12n0"), 12U);
    EXPECT_EQ(key_of_link("cor8191n15"), 8191U);
    for (const auto* name :
         {"core0", "cor0n0", "cor012n0", "cor8192n0", "cor12", "cor12n", "corn1", "en0", "cor12nx"})
        EXPECT_EQ(key_of_link(name), std::nullopt) << name;
}

TEST(Mac, FollowsFromTheAddress) {
    EXPECT_EQ(show_mac(inner_mac(*parse_ip("192.168.21.136"))), "02:57:c0:a8:15:88");
    const auto six = inner_mac(*parse_ip("2001:db8::11"));
    EXPECT_EQ(six, inner_mac(*parse_ip("2001:db8::11")));
    EXPECT_NE(six, inner_mac(*parse_ip("2001:db8::12")));
    EXPECT_EQ(six[0] & 3, 2) << "locally administered, not multicast";
    EXPECT_EQ(show_mac(port_mac(inner_mac(*parse_ip("10.0.0.1")))), "fe:57:0a:00:00:01");
}

TEST(LinkLocal, FollowsFromTheMac) {
    EXPECT_EQ(link_local_of({0x02, 0x57, 0xc0, 0xa8, 0x15, 0x0b}).text(),
              "fe80::57:c0ff:fea8:150b");
    EXPECT_EQ(outer_link_local().text(), "fe80::1");
    EXPECT_EQ(inner_gateway().text(), "169.254.1.1");
}

TEST(Mode, IsAWord) {
    EXPECT_EQ(*parse_mode(""), Mode::routed);
    for (const auto mode : {Mode::routed, Mode::macvlan, Mode::ipvlan, Mode::bridge})
        EXPECT_EQ(*parse_mode(show(mode)), mode);
    EXPECT_FALSE(parse_mode("nat"));
}

}  // namespace
}  // namespace network
