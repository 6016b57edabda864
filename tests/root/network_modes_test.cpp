// The ways that share the LAN's wire: macvlan and a port of a bridge.
#include "network_bed.h"

namespace network {
namespace {

class NetworkModes : public NetworkBed {
  protected:
    void make_bridge() {
        say("ip link add br0 type bridge; ip addr flush dev en0; ip link set en0 master br0; ip "
            "link set br0 up;"
            "ip addr add 192.168.21.1/24 dev br0; ip addr add 2001:db8:21::1/64 dev br0 nodad");
        say("for i in $(seq 50); do ip link show en0 | grep -q 'state UP' && bridge link show dev "
            "en0 |"
            " grep -q forwarding && break; sleep 0.1; done");
        settle();
    }
    void all_reach_one_another() {
        for (const auto* to :
             {"192.168.21.50", "192.168.21.12", "2001:db8:21::50", "2001:db8:21::12"})
            EXPECT_TRUE(reaches(first, to)) << to;
        for (const auto* to :
             {"192.168.21.11", "192.168.21.12", "2001:db8:21::11", "2001:db8:21::12"})
            EXPECT_TRUE(reaches(lan, to)) << "from the LAN to " << to;
    }
    void theft_is_dropped() {
        say("ip addr add 192.168.21.12/32 dev en0; ip addr add 2001:db8:21::12/128 dev en0 nodad",
            first);
        const auto seen = seen_on_lan();
        EXPECT_FALSE(reaches(first, "192.168.21.50", "-I 192.168.21.12"));
        EXPECT_FALSE(reaches(first, "2001:db8:21::50", "-I 2001:db8:21::12"));
        EXPECT_EQ(seen_on_lan(), seen);
        EXPECT_TRUE(reaches(lan, "192.168.21.12"));
        EXPECT_TRUE(reaches(first, "192.168.21.50", "-I 192.168.21.11"));
    }
    Wish on_bridge(std::uint32_t key, const std::vector<std::string>& addresses) {
        auto made = wish(key, addresses, Mode::bridge, "br0");
        made.interfaces[0].inside = "en0";
        return made;
    }
};

TEST_F(NetworkModes, PortsOfABridgeAreOnTheLan) {
    make_bridge();
    const auto empty = picture();
    ASSERT_OK(check(site, on_bridge(1, first_addresses)));
    ASSERT_OK(set_up(site, on_bridge(1, first_addresses), first.get()));
    ASSERT_OK(set_up(site, on_bridge(2, second_addresses), second.get()));
    all_reach_one_another();
    EXPECT_TRUE(reaches(here, "192.168.21.11"));
    EXPECT_TRUE(reaches(here, "2001:db8:21::11"));
    theft_is_dropped();
    ASSERT_OK(tear_down(site, 1));
    ASSERT_OK(tear_down(site, 2));
    EXPECT_EQ(changes(empty), "");
}

TEST_F(NetworkModes, APortCannotTakeANeighboursMac) {
    make_bridge();
    ASSERT_OK(set_up(site, on_bridge(1, first_addresses), first.get()));
    EXPECT_TRUE(reaches(first, "192.168.21.50"));
    say("ip link set en0 address 02:00:00:00:77:77", first);
    EXPECT_FALSE(reaches(first, "192.168.21.50"));
}

TEST_F(NetworkModes, AMacvlanIsOnTheLan) {
    ASSERT_OK(check(site, wish(1, first_addresses, Mode::macvlan)));
    ASSERT_OK(set_up(site, wish(1, first_addresses, Mode::macvlan), first.get()));
    ASSERT_OK(set_up(site, wish(2, second_addresses, Mode::macvlan), second.get()));
    all_reach_one_another();
    theft_is_dropped();
    ASSERT_OK(set_up(site, wish(1, first_addresses, Mode::macvlan), first.get()));
    ASSERT_OK(tear_down(site, 1));
    ASSERT_OK(tear_down(site, 2));
    first = UniqueFd();
    second = UniqueFd();
    for (int i = 0;
         i < 50 && run("ip -d link show en0").output.find("promiscuity 0") == std::string::npos;
         ++i)
        ::usleep(100'000);  // the kernel removes interfaces with their namespace, later
    EXPECT_EQ(changes(before), "");
}

TEST_F(NetworkModes, TheGlobalDefaultRouteIsCopied) {
    say("ip route add default via 192.168.21.50; ip -6 route add default via 2001:db8:21::50");
    ASSERT_OK(set_up(site, wish(1, first_addresses, Mode::macvlan), first.get()));
    EXPECT_TRUE(reaches(first, "10.9.9.9"));
    EXPECT_TRUE(reaches(first, "2001:db8:9::9"));
    auto own = wish(2, second_addresses, Mode::macvlan);
    own.own_routing = true;
    ASSERT_OK(set_up(site, own, second.get()));
    EXPECT_FALSE(reaches(second, "10.9.9.9"));
    own.routes = {{ip("10.9.9.9"), 32, ip("192.168.21.50"), ""}};
    ASSERT_OK(update(site, own, second.get()));
    EXPECT_TRUE(reaches(second, "10.9.9.9"));
}

TEST_F(NetworkModes, AModeCanChangeWhileThePartitionRuns) {
    ASSERT_OK(set_up(site, wish(1, first_addresses), first.get()));
    ASSERT_OK(update(site, wish(1, first_addresses, Mode::macvlan), first.get()));
    EXPECT_TRUE(comes_to_reach(first, "192.168.21.50"));
    EXPECT_THAT(run("ip -d link show en0", first).output, testing::HasSubstr("macvlan"));
    ASSERT_OK(update(site, wish(1, first_addresses), first.get()));
    EXPECT_TRUE(comes_to_reach(lan, "192.168.21.11"));
    EXPECT_TRUE(comes_to_reach(here, "2001:db8:21::11"));
    ASSERT_OK(tear_down(site, 1));
    EXPECT_EQ(changes(before), "");
}

TEST_F(NetworkModes, UnsuitableInterfacesAreRefused) {
    const auto refusal = [&](const Wish& wished) {
        const auto outcome = check(site, wished);
        return outcome ? std::string() : outcome.error().text;
    };
    EXPECT_THAT(refusal(wish(1, first_addresses, Mode::bridge)),
                testing::HasSubstr("not a bridge"));
    EXPECT_THAT(refusal(wish(1, first_addresses, Mode::routed, "lo")), testing::HasSubstr("lo"));
    make_bridge();
    EXPECT_THAT(refusal(wish(1, first_addresses, Mode::macvlan)), testing::HasSubstr("bridge"));
}

TEST_F(NetworkModes, AnIpvlanIsOnTheLanOrTheKernelHasNone) {
    const auto outcome = set_up(site, wish(1, first_addresses, Mode::ipvlan), first.get());
    if (!outcome) {
        EXPECT_EQ(outcome.error().kind, Kind::unsupported);
        EXPECT_THAT(outcome.error().text, testing::HasSubstr("ipvlan"));
    } else {
        EXPECT_TRUE(reaches(first, "192.168.21.50"));
    }
    ASSERT_OK(tear_down(site, 1));
    EXPECT_EQ(run("nft list ruleset").output, "");
}

TEST_F(NetworkModes, WithoutAddressesThereIsTheLoopback) {
    ASSERT_OK(set_up(site, Wish{.key = 1, .name = "web1"}, first.get()));
    EXPECT_TRUE(reaches(first, "127.0.0.1"));
    EXPECT_TRUE(reaches(first, "::1"));
    EXPECT_FALSE(os::exists(site.state));
    ASSERT_OK(tear_down(site, 1));
    EXPECT_EQ(changes(before), "");
}

}  // namespace
}  // namespace network
