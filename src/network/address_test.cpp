#include "network/address.h"

#include <gtest/gtest.h>

namespace network {
namespace {

Address address(std::string_view text, unsigned prefix) { return {*parse_ip(text), prefix, {}}; }

TEST(IpAddress, IsReadAndShown) {
    for (const auto* text : {"192.168.21.136", "0.0.0.0", "2001:db8::11", "::1", "fe80::1"})
        EXPECT_EQ(parse_ip(text)->text(), text);
    EXPECT_EQ(parse_ip("2001:DB8:0:0::1")->text(), "2001:db8::1");
}

TEST(IpAddress, NothingElseIs) {
    for (const auto* text : {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4 ", "01.2.3.4x", "host",
                             ":::", "1.2.3.4/8"}) {
        const auto ip = parse_ip(text);
        ASSERT_FALSE(ip) << text;
        EXPECT_EQ(ip.error().kind, Kind::invalid);
    }
    EXPECT_FALSE(parse_ip(std::string_view("1.2.3.4\0x", 9)));
}

TEST(Netmask, IsAMaskOrALength) {
    EXPECT_EQ(*parse_netmask("255.255.0.0", AF_INET), 16U);
    EXPECT_EQ(*parse_netmask("255.255.255.255", AF_INET), 32U);
    EXPECT_EQ(*parse_netmask("0.0.0.0", AF_INET), 0U);
    EXPECT_EQ(*parse_netmask("24", AF_INET), 24U);
    EXPECT_EQ(*parse_netmask("64", AF_INET6), 64U);
    for (const auto* text : {"255.0.255.0", "33", "-1", "", "ffff::", "0.255.0.0"})
        EXPECT_FALSE(parse_netmask(text, AF_INET)) << text;
    EXPECT_FALSE(parse_netmask("129", AF_INET6));
    EXPECT_FALSE(parse_netmask("255.255.0.0", AF_INET6));
}

TEST(Netmask, IsShownAsAixDoes) {
    EXPECT_EQ(show_netmask(16), "255.255.0.0");
    EXPECT_EQ(show_netmask(25), "255.255.255.128");
    EXPECT_EQ(show_netmask(32), "255.255.255.255");
    EXPECT_EQ(show_netmask(0), "0.0.0.0");
}

TEST(Subnet, HasAFirstAndALastAddress) {
    const auto ip = *parse_ip("192.168.21.136");
    EXPECT_EQ(subnet_of(ip, 16).text(), "192.168.0.0");
    EXPECT_EQ(last_of(ip, 16).text(), "192.168.255.255");
    EXPECT_EQ(last_of(ip, 29).text(), "192.168.21.143");
    EXPECT_EQ(subnet_of(ip, 32), ip);
    EXPECT_EQ(subnet_of(*parse_ip("2001:db8:21:5::9"), 48).text(), "2001:db8:21::");
}

TEST(Subnet, IsSharedWithinOneFamilyOnly) {
    EXPECT_TRUE(same_subnet(*parse_ip("10.1.2.3"), *parse_ip("10.1.9.9"), 16));
    EXPECT_FALSE(same_subnet(*parse_ip("10.1.2.3"), *parse_ip("10.2.9.9"), 16));
    EXPECT_FALSE(same_subnet(*parse_ip("0.0.0.0"), *parse_ip("::"), 0));
}

TEST(HostAddress, MayBeAnOrdinaryOne) {
    for (const auto& [text, prefix] :
         std::initializer_list<std::pair<const char*, unsigned>>{{"192.168.21.136", 16},
                                                                 {"10.0.0.0", 31},
                                                                 {"10.0.0.1", 31},
                                                                 {"10.0.0.9", 32},
                                                                 {"2001:db8::11", 64},
                                                                 {"fd00::5", 48},
                                                                 {"2001:db8::", 64}})
        EXPECT_TRUE(static_cast<bool>(check_host_address(address(text, prefix)))) << text;
}

TEST(HostAddress, MayNotBeASpecialOne) {
    for (const auto& [text, prefix] :
         std::initializer_list<std::pair<const char*, unsigned>>{{"0.0.0.0", 8},
                                                                 {"127.0.0.1", 8},
                                                                 {"169.254.3.3", 16},
                                                                 {"224.0.0.5", 24},
                                                                 {"255.255.255.255", 8},
                                                                 {"10.1.0.0", 16},
                                                                 {"10.1.255.255", 16},
                                                                 {"10.1.2.3", 0},
                                                                 {"10.1.2.3", 33},
                                                                 {"::", 64},
                                                                 {"::1", 128},
                                                                 {"fe80::9", 64},
                                                                 {"ff02::1", 64},
                                                                 {"::ffff:1.2.3.4", 96}})
        EXPECT_FALSE(check_host_address(address(text, prefix))) << text << "/" << prefix;
    auto own = address("10.1.2.254", 24);
    own.broadcast = own.ip;
    EXPECT_FALSE(check_host_address(own));
}

}  // namespace
}  // namespace network
