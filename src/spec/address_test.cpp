#include "spec/address.h"

#include "spec/test_support.h"

namespace spec {
namespace {

IpAddress at(std::string_view text) { return spec::to_address(text).value(); }
std::string why_unusable(std::string_view text, std::optional<unsigned> prefix = {}) {
    return std::string(unusable(at(text), prefix).value_or("usable"));
}

TEST(Address, BothFamiliesAreReadAndShown) {
    for (const auto* text : {"192.168.21.136", "fd00::5", "::1", "2001:db8::"})
        EXPECT_EQ(show(at(text)), text);
    EXPECT_EQ(show(at("FD00:0:0::0005")), "fd00::5");
}

TEST(Address, OnlyTheCompleteSpellingIsOne) {
    for (const auto* text :
         {"", "10.0.0", "10.0.0.256", "10.0.0.1/24", " 10.0.0.1", "fe80::1%en0", "1:2", "web1",
          "010.0.0.1x", "0x7f.1", "::1::", "1111:2222:3333:4444:5555:6666:255.255.255.2555"})
        EXPECT_FALSE(spec::to_address(text)) << text;
    EXPECT_THAT(parse_address("fd00::1", Family::inet),
                FailsWith("'fd00::1' is not an IPv4 address"));
    EXPECT_THAT(parse_address("10.0.0.1", Family::inet6),
                FailsWith("'10.0.0.1' is not an IPv6 address"));
}

TEST(Netmask, MustBeContiguous) {
    EXPECT_THAT(parse_netmask("255.255.0.0"), Holds(16u));
    EXPECT_THAT(parse_netmask("255.255.255.255"), Holds(32u));
    EXPECT_THAT(parse_netmask("128.0.0.0"), Holds(1u));
    EXPECT_THAT(parse_netmask("255.0.255.0"), FailsWith("'255.0.255.0' has holes"));
    EXPECT_THAT(parse_netmask("0.0.0.255"), FailsWith("has holes"));
    EXPECT_THAT(parse_netmask("0.0.0.0"), FailsWith("no ones"));
    EXPECT_THAT(parse_netmask("24"), FailsWith("is not a netmask like"));
}

TEST(Prefix, DependsOnTheFamily) {
    EXPECT_THAT(parse_prefix_length("64", Family::inet6), Holds(64u));
    EXPECT_THAT(parse_prefix_length("64", Family::inet), FailsWith("from 1 to 32"));
    EXPECT_THAT(parse_prefix_length("129", Family::inet6), FailsWith("from 1 to 128"));
    EXPECT_FALSE(parse_prefix_length("0", Family::inet6));
}

TEST(Address, NetworkAndBroadcastFollowFromThePrefix) {
    EXPECT_EQ(show(network_of(at("192.168.21.136"), 16)), "192.168.0.0");
    EXPECT_EQ(show(broadcast_of(at("192.168.21.136"), 16)), "192.168.255.255");
    EXPECT_EQ(show(broadcast_of(at("10.0.0.77"), 27)), "10.0.0.95");
    EXPECT_EQ(show(network_of(at("2001:db8::ffff:1"), 64)), "2001:db8::");
    EXPECT_EQ(show(netmask(Family::inet, 27)), "255.255.255.224");
    EXPECT_TRUE(same_network(at("10.0.0.1"), at("10.0.0.9"), 28));
    EXPECT_FALSE(same_network(at("10.0.0.1"), at("10.0.0.17"), 28));
    EXPECT_FALSE(same_network(at("::"), at("0.0.0.0"), 8));
}

TEST(Address, SomeCannotBelongToAWpar) {
    EXPECT_EQ(why_unusable("10.0.0.5", 24), "usable");
    EXPECT_EQ(why_unusable("10.0.0.0", 24), "it is the address of the network itself");
    EXPECT_EQ(why_unusable("10.0.0.255", 24), "it is the broadcast address of its network");
    EXPECT_EQ(why_unusable("10.0.0.0", 31), "usable");
    EXPECT_EQ(why_unusable("10.0.0.0", 32), "usable");
    EXPECT_THAT(why_unusable("127.0.0.2"), testing::HasSubstr("loopback"));
    EXPECT_THAT(why_unusable("0.0.0.0"), testing::HasSubstr("unspecified"));
    EXPECT_THAT(why_unusable("224.0.0.5"), testing::HasSubstr("multicast"));
    EXPECT_THAT(why_unusable("255.255.255.255"), testing::HasSubstr("reserved"));
    EXPECT_EQ(why_unusable("fd00::1"), "usable");
    EXPECT_THAT(why_unusable("::1"), testing::HasSubstr("loopback"));
    EXPECT_THAT(why_unusable("::"), testing::HasSubstr("unspecified"));
    EXPECT_THAT(why_unusable("fe80::1"), testing::HasSubstr("link-local"));
    EXPECT_THAT(why_unusable("ff02::1"), testing::HasSubstr("multicast"));
    EXPECT_THAT(why_unusable("::ffff:10.0.0.1"), testing::HasSubstr("IPv4 address in IPv6"));
}

}  // namespace
}  // namespace spec
