#include "network/plan.h"

#include <gtest/gtest.h>

namespace network {
namespace {

Ip ip(std::string_view text) { return *parse_ip(text); }

Wish wish() {
    Wish made{.key = 7, .name = "web1"};
    made.interfaces = {
        {.global = "en0",
         .addresses = {{ip("192.168.21.11"), 24, {}}, {ip("2001:db8::11"), 64, {}}}}};
    return made;
}

Plan planned(const Wish& wish) { return plan(wish.key, place(wish, {})); }

TEST(NetworkPlan, ARoutedAddressHasAWayAProxyAndASource) {
    const auto made = planned(wish());
    ASSERT_EQ(made.links.size(), 1U);
    EXPECT_EQ(made.links[0].name, "cor7n0");
    EXPECT_EQ(made.links[0].inside, "en0");
    ASSERT_EQ(made.hosts.size(), 2U);
    EXPECT_EQ(made.hosts[0].link, "cor7n0");
    ASSERT_EQ(made.sources.size(), 2U);
    EXPECT_TRUE(made.rules.empty());
    EXPECT_TRUE(made.table_routes.empty());
}

TEST(NetworkPlan, SharedRoutingGetsOneDefaultRoutePerFamily) {
    auto two = wish();
    two.interfaces.push_back({.global = "en1", .addresses = {{ip("10.0.0.11"), 8, {}}}});
    unsigned defaults = 0;
    for (const auto& route : planned(two).inner_routes) {
        if (route.prefix != 0) continue;
        ++defaults;
        EXPECT_EQ(route.inside, "en0");
        EXPECT_EQ(route.gateway->text(), route.destination.four() ? "169.254.1.1" : "fe80::1");
    }
    EXPECT_EQ(defaults, 2U);
    EXPECT_EQ(planned(two).sources.size(), 6U) << "each address by each interface";
}

TEST(NetworkPlan, OwnRoutingEndsInItsOwnTable) {
    auto isolated = wish();
    isolated.own_routing = true;
    const auto made = planned(isolated);
    ASSERT_EQ(made.rules.size(), 4U);
    EXPECT_EQ(made.rules[0].to->text(), "192.168.21.0/24");
    EXPECT_FALSE(made.rules[2].to);
    ASSERT_EQ(made.table_routes.size(), 2U);
    EXPECT_FALSE(made.table_routes[0].gateway) << "unreachable";
    for (const auto& route : made.inner_routes) EXPECT_NE(route.prefix, 0U);
}

TEST(NetworkPlan, AnExplicitDefaultReplacesTheEnd) {
    auto routed = wish();
    routed.routes = {{ip("0.0.0.0"), 0, ip("192.168.21.1"), ""}};
    const auto made = planned(routed);
    ASSERT_EQ(made.table_routes.size(), 2U);
    EXPECT_EQ(made.table_routes[0].gateway, ip("192.168.21.1"));
    EXPECT_FALSE(made.table_routes[1].gateway);
    EXPECT_FALSE(made.table_routes[1].destination.four());
}

TEST(NetworkPlan, ABridgePortIsGuardedByMacToo) {
    auto port = wish();
    port.interfaces[0].mode = Mode::bridge;
    const auto made = planned(port);
    ASSERT_EQ(made.sources.size(), 2U);
    EXPECT_TRUE(made.sources[0].port);
    EXPECT_EQ(show_mac(made.sources[0].mac), "02:57:c0:a8:15:0b");
    EXPECT_TRUE(made.hosts.empty());
    ASSERT_EQ(made.inner_routes.size(), 2U);
    EXPECT_FALSE(made.inner_routes[0].gateway) << "copied from the global environment";
}

TEST(NetworkPlan, TheDifferenceOfTwoPlansIsWhatMustGo) {
    auto fewer = wish();
    fewer.interfaces[0].addresses.pop_back();
    const auto stale = without(planned(wish()), planned(fewer));
    EXPECT_TRUE(stale.links.empty());
    ASSERT_EQ(stale.hosts.size(), 1U);
    EXPECT_EQ(stale.hosts[0].ip, ip("2001:db8::11"));
    EXPECT_TRUE(without(planned(fewer), planned(wish())).hosts.empty());
}

TEST(NetworkPlan, AnotherFirstAddressDoesNotReplaceTheInterface) {
    auto other = wish();
    std::swap(other.interfaces[0].addresses[0], other.interfaces[0].addresses[1]);
    EXPECT_TRUE(without(planned(wish()), planned(other)).links.empty());
}

TEST(WayOfARoute, IsTheSubnetOfItsGateway) {
    auto two = wish();
    two.interfaces.push_back({.global = "en1", .addresses = {{ip("10.0.0.11"), 8, {}}}});
    const auto record = place(two, {});
    EXPECT_EQ(way_of(record, {ip("1.0.0.0"), 8, ip("10.3.3.3"), ""})->interface.global, "en1");
    EXPECT_EQ(way_of(record, {ip("1.0.0.0"), 8, ip("172.16.0.1"), ""}), nullptr);
    EXPECT_EQ(way_of(record, {ip("1.0.0.0"), 8, ip("10.3.3.3"), "en0"}), nullptr);
}

}  // namespace
}  // namespace network
