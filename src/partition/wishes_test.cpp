#include "partition/wishes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partition {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

spec::Definition web1() {
    spec::Definition definition;
    definition.general.name = "web1";
    definition.general.key = 7;
    return definition;
}

TEST(NetworkWish, GathersTheAddressesOfAnInterface) {
    auto definition = web1();
    definition.networks = {
        {.interface = "en0", .address = "192.168.21.136", .netmask = "255.255.0.0"},
        {.interface = "en1", .address = "10.0.0.5", .netmask = "255.0.0.0"},
        {.interface = "en0", .address6 = "fd00:21::136", .prefixlen = "64"}};
    const auto wish = network_wish(definition);
    ASSERT_TRUE(wish) << wish.error().text;
    EXPECT_EQ(wish->key, 7U);
    EXPECT_EQ(wish->name, "web1");
    ASSERT_THAT(wish->interfaces, SizeIs(2));
    const auto& first = wish->interfaces[0];
    EXPECT_EQ(first.global, "en0");
    EXPECT_EQ(first.mode, network::Mode::routed);
    ASSERT_THAT(first.addresses, SizeIs(2));
    EXPECT_EQ(first.addresses[0].ip.text(), "192.168.21.136");
    EXPECT_EQ(first.addresses[0].prefix, 16U);
    EXPECT_EQ(first.addresses[1].ip.text(), "fd00:21::136");
    EXPECT_EQ(first.addresses[1].prefix, 64U);
    EXPECT_EQ(wish->interfaces[1].addresses[0].prefix, 8U);
}

TEST(NetworkWish, RefusesTwoModesOnOneInterface) {
    auto definition = web1();
    definition.networks = {
        {.interface = "en0", .address = "10.0.0.5", .netmask = "255.0.0.0"},
        {.interface = "en0", .address = "10.0.0.6", .netmask = "255.0.0.0", .mode = "macvlan"}};
    const auto wish = network_wish(definition);
    ASSERT_FALSE(wish);
    EXPECT_EQ(wish.error().kind, Kind::invalid);
    EXPECT_THAT(wish.error().text, HasSubstr("interface=en0"));
}

TEST(NetworkWish, NamesTheAddressOfABadMask) {
    auto definition = web1();
    definition.networks = {{.interface = "en0", .address = "10.0.0.5", .netmask = "255.0.255.0"}};
    EXPECT_THAT(network_wish(definition).error().text, HasSubstr("-N address=10.0.0.5"));
}

network::Route only_route(const spec::Route& wanted) {
    auto definition = web1();
    definition.routes = {wanted};
    const auto wish = network_wish(definition);
    EXPECT_TRUE(wish) << wish.error().text;
    return wish ? wish->routes.at(0) : network::Route{};
}

TEST(NetworkWish, TakesADefaultRouteInItsGatewaysFamily) {
    const auto route =
        only_route({.rtdest = "default", .rtgateway = "fd00::1", .rtinterface = "en0"});
    EXPECT_EQ(route.prefix, 0U);
    EXPECT_EQ(route.destination.family, route.gateway.family);
    EXPECT_EQ(route.interface, "en0");
}

TEST(NetworkWish, TakesARouteToAHostOrANetwork) {
    EXPECT_EQ(only_route({.rtdest = "10.1.2.3", .rtgateway = "10.0.0.1"}).prefix, 32U);
    EXPECT_EQ(
        only_route({.rtdest = "10.1.0.0", .rtgateway = "10.0.0.1", .rtnetmask = "255.255.0.0"})
            .prefix,
        16U);
    EXPECT_EQ(only_route({.rtdest = "fd01::", .rtgateway = "fd00::1", .rtprefixlen = "48"}).prefix,
              48U);
}

TEST(NetworkWish, WantsTheMaskOfANetwork) {
    auto definition = web1();
    definition.routes = {{.rtdest = "10.1.0.0", .rtgateway = "10.0.0.1", .rttype = "net"}};
    EXPECT_THAT(network_wish(definition).error().text,
                HasSubstr("needs rtnetmask= or rtprefixlen="));
}

TEST(Limits, AreNumbersOfWhatAixSpellsAsText) {
    spec::Resources wanted;
    wanted.CPU = "5%-25%,50%";
    wanted.shares_memory = "20";
    wanted.totalVirtMem = "1G";
    wanted.totalProcesses = "100";
    wanted.totalThreads = "200";
    wanted.rset = "0-1";
    const auto got = limits(wanted);
    ASSERT_TRUE(got) << got.error().text;
    ASSERT_TRUE(got->cpu);
    EXPECT_EQ(got->cpu->min, 500U);
    EXPECT_EQ(got->cpu->soft, 2500U);
    EXPECT_EQ(got->cpu->hard, 5000U);
    EXPECT_EQ(got->memory_shares, 20U);
    EXPECT_EQ(got->total_virtual_memory, std::uint64_t{1} << 30);
    EXPECT_EQ(got->processes, 100U);
    EXPECT_EQ(got->threads, 200U);
    EXPECT_EQ(got->cpus, "0-1");
    EXPECT_FALSE(got->memory);
    EXPECT_FALSE(got->cpu_shares);
}

TEST(Limits, OfNothingLimitNothing) {
    EXPECT_FALSE(limits_anything({}));
    EXPECT_TRUE(limits_anything({.totalProcesses = "100"}));
}

TEST(Limits, ThatAreOffLimitNothing) {
    EXPECT_FALSE(limits_anything({.active = false, .totalProcesses = "100"}));
}

TEST(Limits, WithABadNumberAreAnError) {
    EXPECT_FALSE(limits({.totalProcesses = "many"}));
    EXPECT_FALSE(limits({.CPU = "50%-25%,100%x"}));
}

TEST(Neighbours, AreAllOthers) {
    cgroup::Limits small;
    small.processes = 5;
    const auto found = neighbours_of("web1", {{"web1", {}}, {"web2", small}});
    ASSERT_THAT(found.others, SizeIs(1));
    EXPECT_EQ(found.others[0].processes, 5U);
}

}  // namespace
}  // namespace partition
