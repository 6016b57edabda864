#include "network/guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "network/diagnose.h"

namespace network {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(GuardRules, DropWhatIsNotAdmitted) {
    const auto rules = guard_rules();
    EXPECT_THAT(rules, HasSubstr("iifname . ip saddr @sources4 accept"));
    EXPECT_THAT(rules, HasSubstr("meta iifgroup 2003853682 goto source"));
    EXPECT_THAT(rules, HasSubstr("nd-router-advert"));
    EXPECT_THAT(bridge_rules(), HasSubstr("iifname . ether saddr != @macs drop"));
    EXPECT_THAT(bridge_rules(), HasSubstr("iifname . arp saddr ip @sources4 accept"));
}

TEST(GuardRules, InsideNameOnlyItsAddresses) {
    const auto rules = inner_rules({.index = 2,
                                    .interface = "en0",
                                    .addresses = {*parse_ip("10.0.0.1"), *parse_ip("10.0.0.2")}});
    EXPECT_THAT(rules, HasSubstr("add table netdev corral2\ndelete table netdev corral2\n"));
    EXPECT_THAT(rules, HasSubstr("device \"en0\" priority 0; policy drop;"));
    EXPECT_THAT(rules, HasSubstr("arp saddr ip { 10.0.0.1, 10.0.0.2 } accept"));
    EXPECT_THAT(rules, Not(HasSubstr("ip6 saddr {")));
}

constexpr std::string_view docker = R"(table ip filter {
	chain DOCKER-USER {
		counter packets 0 bytes 0 return
	}
	chain FORWARD {
		type filter hook forward priority filter; policy drop;
		counter packets 0 bytes 0 jump DOCKER-USER
	}
}
table inet corral {
	chain forward {
		type filter hook forward priority filter; policy drop;
	}
}
table inet own {
	chain in {
		type filter hook input priority filter; policy drop;
	}
}
)";

TEST(ForeignFirewall, ThatDropsForwardedPacketsIsNamedWithARemedy) {
    const auto found = foreign_drops(docker);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_THAT(found[0].text, HasSubstr("'FORWARD' (table ip filter)"));
    EXPECT_THAT(found[0].remedy,
                HasSubstr("nft insert rule ip filter FORWARD iifgroup 2003853682 accept"));
    EXPECT_TRUE(foreign_drops("").empty());
}

TEST(ForeignFirewall, ThatLetsWparsThroughIsNoObstacle) {
    const std::string accepting = R"(table ip filter {
	chain FORWARD {
		type filter hook forward priority filter; policy drop;
		oifgroup 2003853682 accept
		iifgroup 2003853682 counter packets 3 bytes 180 accept
	}
})";
    EXPECT_TRUE(foreign_drops(accepting).empty());
    auto half = accepting;
    half.replace(half.find("oifgroup"), 8, "iifgroup");
    EXPECT_EQ(foreign_drops(half).size(), 1U);
    auto late = accepting;
    late.insert(late.find("\t\toifgroup"), "\t\tdrop\n");
    EXPECT_EQ(foreign_drops(late).size(), 1U);
}

TEST(ForeignFirewall, ThatRejectsAtTheEndOfItsChainIsNamedToo) {
    const auto found = foreign_drops(R"(table inet firewalld {
	chain filter_FORWARD {
		type filter hook forward priority filter + 10; policy accept;
		ct state { established, related } accept
		ct state invalid drop
		counter packets 3 bytes 180 reject with icmpx admin-prohibited
	}
	chain filter_INPUT {
		type filter hook input priority filter + 10; policy accept;
		reject with icmpx admin-prohibited
	}
}
)");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_THAT(found[0].text, HasSubstr("filter_FORWARD"));
}

}  // namespace
}  // namespace network
