#include "network_bed.h"

namespace network {
namespace {

class RoutedNetwork : public NetworkBed {};

TEST_F(RoutedNetwork, EverybodyReachesEverybodyAndNothingIsLeftAfterwards) {
    ASSERT_OK(check(site, wish(1, first_addresses)));
    ASSERT_OK(set_up(site, wish(1, first_addresses), first.get()));
    ASSERT_OK(set_up(site, wish(2, second_addresses), second.get()));
    for (const auto* to : {"192.168.21.50", "192.168.21.12", "192.168.21.1", "127.0.0.1",
                           "2001:db8:21::50", "2001:db8:21::12", "2001:db8:21::1", "::1"})
        EXPECT_TRUE(reaches(first, to)) << to;
    for (const auto* to :
         {"192.168.21.11", "192.168.21.12", "2001:db8:21::11", "2001:db8:21::12"}) {
        EXPECT_TRUE(reaches(lan, to)) << "from the LAN to " << to;
        EXPECT_TRUE(reaches(here, to)) << "from the global environment to " << to;
    }
    ASSERT_OK(tear_down(site, 1));
    EXPECT_FALSE(reaches(lan, "192.168.21.11"));
    EXPECT_TRUE(reaches(lan, "192.168.21.12"));
    ASSERT_OK(tear_down(site, 2));
    EXPECT_EQ(changes(before), "");
}

TEST_F(RoutedNetwork, AStolenAddressIsDropped) {
    ASSERT_OK(set_up(site, wish(1, first_addresses), first.get()));
    ASSERT_OK(set_up(site, wish(2, second_addresses), second.get()));
    say("ip addr add 192.168.21.12/24 dev en0; ip addr add 2001:db8:21::12/128 dev en0 nodad",
        first);
    EXPECT_TRUE(reaches(first, "192.168.21.50"));
    const auto seen = seen_on_lan();
    EXPECT_FALSE(reaches(first, "192.168.21.50", "-I 192.168.21.12"));
    EXPECT_FALSE(reaches(first, "2001:db8:21::50", "-I 2001:db8:21::12"));
    EXPECT_EQ(seen_on_lan(), seen);
    EXPECT_TRUE(reaches(lan, "192.168.21.12"));
    say("nft flush ruleset");
    EXPECT_THAT(diagnose(site),
                testing::Contains(testing::Field(&Obstacle::where, Obstacle::Where::guard)));
    ASSERT_OK(repair(site));
    EXPECT_FALSE(reaches(first, "2001:db8:21::50", "-I 2001:db8:21::12"));
    EXPECT_TRUE(reaches(first, "2001:db8:21::50", "-I 2001:db8:21::11"));
}

TEST_F(RoutedNetwork, TheGlobalRoutesAreShared) {
    say("ip route add default via 192.168.21.50; ip -6 route add default via 2001:db8:21::50");
    ASSERT_OK(set_up(site, wish(1, first_addresses), first.get()));
    EXPECT_TRUE(reaches(first, "10.9.9.9"));
    EXPECT_TRUE(reaches(first, "2001:db8:9::9"));
}

TEST_F(RoutedNetwork, OwnRoutingReachesOnlyItsSubnets) {
    say("ip route add default via 192.168.21.50; ip -6 route add default via 2001:db8:21::50");
    auto isolated = wish(1, first_addresses);
    isolated.own_routing = true;
    ASSERT_OK(set_up(site, isolated, first.get()));
    ASSERT_OK(set_up(site, wish(2, second_addresses), second.get()));
    EXPECT_FALSE(reaches(first, "10.9.9.9"));
    EXPECT_FALSE(reaches(first, "2001:db8:9::9"));
    say("ip route add default via 169.254.1.1 dev en0 onlink; ip -6 route add default via fe80::1 "
        "dev en0;"
        "ip neigh add 169.254.1.1 lladdr 0a:57:50:41:52:01 dev en0",
        first);
    EXPECT_FALSE(reaches(first, "10.9.9.9")) << "a route made inside gets nowhere";
    EXPECT_FALSE(reaches(first, "2001:db8:9::9"));
    for (const auto* to :
         {"192.168.21.50", "192.168.21.12", "192.168.21.1", "2001:db8:21::50", "2001:db8:21::12"})
        EXPECT_TRUE(reaches(first, to)) << to;
}

TEST_F(RoutedNetwork, AnExplicitRouteUsesItsGateway) {
    auto routed = wish(1, first_addresses);
    routed.routes = {{ip("10.9.9.0"), 24, ip("192.168.21.50"), ""},
                     {ip("::"), 0, ip("2001:db8:21::50"), "en0"}};
    ASSERT_OK(check(site, routed));
    EXPECT_FALSE(reaches(here, "10.9.9.9")) << "the global environment has no such route";
    ASSERT_OK(set_up(site, routed, first.get()));
    EXPECT_TRUE(reaches(first, "10.9.9.9"));
    EXPECT_TRUE(reaches(first, "2001:db8:9::9"));
    ASSERT_OK(tear_down(site, 1));
    EXPECT_EQ(changes(before), "");
}

TEST_F(RoutedNetwork, AnotherPartitionCanBeTheGateway) {
    ASSERT_OK(set_up(site, wish(2, second_addresses), second.get()));
    say("ip addr add 10.7.7.7/32 dev lo", second);
    auto routed = wish(1, first_addresses);
    routed.routes = {{ip("10.7.7.7"), 32, ip("192.168.21.12"), ""}};
    ASSERT_OK(set_up(site, routed, first.get()));
    EXPECT_THAT(run("ip route get 10.7.7.7", first).output, testing::HasSubstr("192.168.21.12"));
    const auto outer = run(cat("ip route show table ", route_table(1))).output;
    EXPECT_THAT(outer, testing::HasSubstr("10.7.7.7 via 192.168.21.12 dev cor2n0"));
}

TEST_F(RoutedNetwork, ASubnetThatTheInterfaceIsNotOnIsReachedToo) {
    say("ip addr add 172.30.0.50/16 dev lan0", lan);
    ASSERT_OK(set_up(site, wish(1, {"172.30.4.4/16"}), first.get()));
    ASSERT_OK(set_up(site, wish(2, {"172.30.4.5/16"}), second.get()));
    EXPECT_TRUE(reaches(first, "172.30.0.50"));
    EXPECT_TRUE(reaches(first, "172.30.4.5"));
    EXPECT_TRUE(reaches(lan, "172.30.4.4"));
    ASSERT_OK(tear_down(site, 1));
    ASSERT_OK(tear_down(site, 2));
    EXPECT_EQ(changes(before), "");
}

TEST_F(RoutedNetwork, AnswersMayTakeAnotherInterface) {
    auto other = make_netns();
    wire("en1", "far0", other);
    say("ip addr add 192.168.99.1/24 dev en1");
    say("ip addr add 192.168.99.9/24 dev far0; ip route add default via 192.168.99.1", other);
    auto two = wish(1, first_addresses);
    two.interfaces.push_back({.global = "en1", .addresses = {address("192.168.99.11/24")}});
    ASSERT_OK(set_up(site, two, first.get()));
    EXPECT_TRUE(reaches(first, "192.168.21.50"));
    EXPECT_TRUE(reaches(first, "192.168.99.9"));
    EXPECT_TRUE(reaches(lan, "192.168.21.11"));
    EXPECT_TRUE(reaches(other, "192.168.99.11"));
    EXPECT_TRUE(reaches(other, "192.168.21.11")) << "by the global environment's routes";
    auto one = wish(1, {"192.168.99.11/24"}, Mode::routed, "en1");
    ASSERT_OK(update(site, one, first.get()));
    EXPECT_TRUE(reaches(other, "192.168.99.11"));
    EXPECT_FALSE(reaches(lan, "192.168.21.11"));
    ASSERT_OK(tear_down(site, 1));
    EXPECT_EQ(run("ip link show type veth | grep cor1n; nft list ruleset").output, "");
}

TEST_F(RoutedNetwork, SettingUpTwiceIsTheSameAsOnce) {
    ASSERT_OK(set_up(site, wish(1, first_addresses), first.get()));
    const auto once = picture();
    ASSERT_OK(set_up(site, wish(1, first_addresses), first.get()));
    EXPECT_EQ(changes(once), "");
    EXPECT_TRUE(reaches(lan, "192.168.21.11"));
}

TEST_F(RoutedNetwork, TearDownTwiceOrOfNothingIsFine) {
    ASSERT_OK(tear_down(site, 1));
    ASSERT_OK(set_up(site, wish(1, first_addresses), first.get()));
    ASSERT_OK(tear_down(site, 1));
    ASSERT_OK(tear_down(site, 1));
    EXPECT_EQ(changes(before), "");
}

TEST_F(RoutedNetwork, AnInterfaceOfAnOldNamespaceIsReplaced) {
    ASSERT_OK(set_up(site, wish(1, first_addresses), first.get()));
    ASSERT_OK(set_up(site, wish(1, first_addresses), second.get()));
    EXPECT_TRUE(reaches(second, "192.168.21.50"));
    EXPECT_TRUE(reaches(lan, "192.168.21.11"));
}

TEST_F(RoutedNetwork, HalfASetUpIsRemoved) {
    ASSERT_OK(set_up(site, wish(1, first_addresses), first.get()));
    say("ip rule add from all lookup main priority 4000; ip rule del priority 4000");
    say("ip link del cor1n0; nft delete table inet corral");
    ASSERT_OK(tear_down(site, 1));
    EXPECT_EQ(changes(before), "");
}

TEST_F(RoutedNetwork, AlostRecordLeavesNoTraceEither) {
    auto routed = wish(1, first_addresses);
    routed.routes = {{ip("10.9.9.0"), 24, ip("192.168.21.50"), ""}};
    ASSERT_OK(set_up(site, routed, first.get()));
    ASSERT_EQ(::truncate((site.state + "/wpar/1").c_str(), 20), 0);
    ASSERT_OK(tear_down(site, 1));
    EXPECT_EQ(changes(before), "");
}

TEST_F(RoutedNetwork, AddressesInUseAreRefused) {
    const auto refusal = [&](const Wish& wished) {
        const auto outcome = check(site, wished);
        return outcome ? std::string() : outcome.error().text;
    };
    ASSERT_OK(set_up(site, wish(1, first_addresses), first.get()));
    EXPECT_THAT(refusal(wish(2, {"192.168.21.11/24"})),
                testing::HasSubstr("workload partition web1"));
    EXPECT_THAT(refusal(wish(2, {"192.168.21.1/24"})), testing::HasSubstr("global environment"));
    EXPECT_THAT(refusal(wish(2, {"192.168.21.255/25"})), testing::HasSubstr("broadcast"));
    EXPECT_EQ(refusal(wish(1, first_addresses)), "");
    EXPECT_FALSE(set_up(site, wish(2, {"192.168.21.11/24"}), second.get()));
    auto elsewhere = wish(2, second_addresses);
    elsewhere.interfaces[0].global = "en7";
    EXPECT_THAT(refusal(elsewhere), testing::HasSubstr("there are: en0"));
    auto lost = wish(2, second_addresses);
    lost.routes = {{ip("10.9.9.0"), 24, ip("192.168.77.1"), ""}};
    EXPECT_THAT(refusal(lost), testing::HasSubstr("on no subnet"));
}

TEST_F(RoutedNetwork, TheLanIsAskedWhetherAnAddressIsTaken) {
    auto free = DuplicateProbe::send(site, wish(2, second_addresses));
    ASSERT_OK(free);
    ASSERT_OK(free->finish());
    for (const auto* text : {"192.168.21.50/24", "2001:db8:21::50/64"}) {
        auto probe = DuplicateProbe::send(site, wish(2, {"192.168.21.12/24", text}));
        ASSERT_OK(probe);
        const auto answer = probe->finish();
        ASSERT_FALSE(answer) << text;
        EXPECT_EQ(answer.error().kind, Kind::exists);
        EXPECT_THAT(answer.error().text, testing::HasSubstr(":02"));
    }
}

TEST_F(RoutedNetwork, AChangeLeavesTheOtherAddressesAlone) {
    ASSERT_OK(set_up(site, wish(1, {"192.168.21.11/24"}), first.get()));
    ASSERT_OK(update(site, wish(1, {"192.168.21.11/24", "192.168.21.13/24", "2001:db8:21::13/64"}),
                     first.get()));
    for (const auto* to : {"192.168.21.11", "192.168.21.13", "2001:db8:21::13"})
        EXPECT_TRUE(reaches(lan, to)) << to;
    ASSERT_OK(update(site, wish(1, {"192.168.21.13/24"}), first.get()));
    EXPECT_TRUE(reaches(lan, "192.168.21.13"));
    EXPECT_TRUE(reaches(first, "192.168.21.50"));
    EXPECT_FALSE(reaches(lan, "192.168.21.11"));
    EXPECT_FALSE(reaches(lan, "2001:db8:21::13"));
    ASSERT_OK(check(site, wish(2, {"192.168.21.11/24"})));
    ASSERT_OK(update(site, wish(1, {"192.168.21.14/24"}), first.get()));
    EXPECT_TRUE(reaches(lan, "192.168.21.14"));
    EXPECT_TRUE(reaches(first, "192.168.21.50"));
    ASSERT_OK(update(site, wish(1, {"192.168.21.14/16"}), first.get()));
    EXPECT_TRUE(reaches(lan, "192.168.21.14"));
    EXPECT_THAT(run("ip addr show dev en0", first).output, testing::Not(testing::HasSubstr("/24")));
    auto isolated = wish(1, {"192.168.21.14/24"});
    isolated.own_routing = true;
    ASSERT_OK(update(site, isolated, first.get()));
    EXPECT_TRUE(reaches(first, "192.168.21.50"));
    EXPECT_FALSE(reaches(first, "10.9.9.9"));
    isolated.routes = {{ip("10.9.9.9"), 32, ip("192.168.21.50"), ""}};
    ASSERT_OK(update(site, isolated, first.get()));
    EXPECT_TRUE(reaches(first, "10.9.9.9"));
    isolated.routes.clear();
    ASSERT_OK(update(site, isolated, first.get()));
    EXPECT_FALSE(reaches(first, "10.9.9.9"));
    ASSERT_OK(update(site, Wish{.key = 1, .name = "web1"}, first.get()));
    EXPECT_EQ(changes(before), "");
    ASSERT_OK(update(site, wish(1, first_addresses), first.get()));
    EXPECT_TRUE(reaches(lan, "192.168.21.11"));
}

TEST_F(RoutedNetwork, ANewLeaseOfTheGlobalAddressDoesNotCutThePartitionOff) {
    ASSERT_OK(set_up(site, wish(1, first_addresses), first.get()));
    say("ip addr add 192.168.21.2/24 dev en0; ip addr del 192.168.21.1/24 dev en0");
    say("ip addr show dev en0 | grep -q 192.168.21.2 || ip addr add 192.168.21.2/24 dev en0");
    EXPECT_TRUE(reaches(here, "192.168.21.11"));
    ASSERT_OK(repair(site));
    EXPECT_TRUE(reaches(lan, "192.168.21.11"));
}

TEST_F(RoutedNetwork, APulledCableIsForgotten) {
    ASSERT_OK(set_up(site, wish(1, first_addresses), first.get()));
    say("ip link set lan0 down", lan);
    say("ip link set lan0 up; ip addr add 2001:db8:21::50/64 dev lan0 nodad", lan);
    settle(lan);
    EXPECT_TRUE(reaches(lan, "192.168.21.11"));
    EXPECT_TRUE(reaches(lan, "2001:db8:21::11"));
}

TEST_F(RoutedNetwork, AnInterfaceThatWasDownIsRepaired) {
    ASSERT_OK(set_up(site, wish(1, first_addresses), first.get()));
    say("ip link set en0 down; ip link set en0 up; ip addr add 2001:db8:21::1/64 dev en0 nodad");
    settle();
    ASSERT_OK(repair(site));
    EXPECT_TRUE(reaches(lan, "192.168.21.11"));
    EXPECT_TRUE(reaches(lan, "2001:db8:21::11"));
}

TEST_F(RoutedNetwork, ATableOfAnEarlierBootIsNotTrusted) {
    ASSERT_OK(set_up(site, wish(1, {"192.168.21.12/24"}), first.get()));
    const auto saved = run("nft list ruleset").output;
    ASSERT_OK(tear_down(site, 1));
    ASSERT_OK(os::replace_file({site.state + "/saved", saved}));
    say("nft -f " + site.state + "/saved");
    ASSERT_OK(set_up(site, wish(1, {"192.168.21.11/24"}), first.get()));
    EXPECT_THAT(run("nft list ruleset").output, testing::Not(testing::HasSubstr("192.168.21.12")));
    EXPECT_TRUE(reaches(lan, "192.168.21.11"));
    ASSERT_OK(tear_down(site, 1));
    EXPECT_EQ(changes(before), "");
}

TEST_F(RoutedNetwork, TheMachineDoesNotBecomeARouterForOthers) {
    auto other = make_netns();
    wire("en1", "far0", other);
    say("ip addr add 192.168.99.1/24 dev en1; ip addr add 2001:db8:99::1/64 dev en1 nodad");
    say("ip addr add 192.168.99.9/24 dev far0; ip route add default via 192.168.99.1;"
        "ip addr add 2001:db8:99::9/64 dev far0 nodad; ip -6 route add default via 2001:db8:99::1",
        other);
    say("ip route add 192.168.99.0/24 via 192.168.21.1; ip -6 route add 2001:db8:99::/64 via "
        "2001:db8:21::1",
        lan);
    EXPECT_FALSE(reaches(lan, "192.168.99.9"));
    ASSERT_OK(set_up(site, wish(1, first_addresses), first.get()));
    EXPECT_FALSE(reaches(lan, "192.168.99.9"));
    EXPECT_FALSE(reaches(lan, "2001:db8:99::9"));
    say("sysctl -qw net.ipv4.ip_forward=1 2>/dev/null || echo 1 > /proc/sys/net/ipv4/ip_forward");
    ASSERT_OK(set_up(site, wish(2, second_addresses), second.get()));
    EXPECT_TRUE(reaches(lan, "192.168.99.9")) << "somebody else switched forwarding on";
}

TEST_F(RoutedNetwork, AForeignFirewallIsDiagnosed) {
    ASSERT_OK(set_up(site, wish(1, first_addresses), first.get()));
    EXPECT_THAT(diagnose(site), testing::IsEmpty());
    say("nft add table ip filter; nft 'add chain ip filter FORWARD { type filter hook forward "
        "priority 0; policy drop; }'");
    EXPECT_FALSE(reaches(lan, "192.168.21.11"));
    const auto found = diagnose(site);
    ASSERT_EQ(found.size(), 1U);
    say(found[0].remedy);
    EXPECT_THAT(diagnose(site), testing::IsEmpty());
    EXPECT_TRUE(reaches(lan, "192.168.21.11"));
}

}  // namespace
}  // namespace network
