#include "network/interfaces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace network {
namespace {

TEST(Devmap, MapsNamesToInterfaces) {
    const auto map = parse_devmap("# names that move\nlan en0\n  web\ten1 # the web's\n\ndb en1\n");
    ASSERT_TRUE(static_cast<bool>(map)) << map.error().text;
    EXPECT_EQ(map->at("lan"), "en0");
    EXPECT_EQ(map->at("web"), "en1");
    EXPECT_EQ(map->at("db"), "en1");
}

TEST(Devmap, SaysWhichLineIsWrong) {
    const auto short_line = parse_devmap("lan en0\nweb\n");
    ASSERT_FALSE(short_line);
    EXPECT_THAT(short_line.error().text, testing::HasSubstr("line 2"));
    EXPECT_FALSE(parse_devmap("lan en0\nlan en1\n"));
}

TEST(Devmap, IsNotNeeded) { EXPECT_EQ(*mapped_interface("en0", "/nonexistent/devmap"), "en0"); }

TEST(OnSubnet, IsTheActiveInterfaceWithTheLongestPrefix) {
    const auto made = [](const char* name, const char* ip, unsigned prefix, bool up) {
        GlobalInterface interface;
        interface.name = name;
        interface.up = up;
        interface.addresses = {{*parse_ip(ip), prefix, {}}};
        return interface;
    };
    const std::vector<GlobalInterface> list = {made("wide", "10.0.0.1", 8, true),
                                               made("near", "10.1.0.1", 16, true),
                                               made("down", "10.1.2.1", 24, false)};
    EXPECT_EQ(on_subnet(list, *parse_ip("10.1.2.3"))->interface, "near");
    EXPECT_EQ(on_subnet(list, *parse_ip("10.1.2.3"))->address.prefix, 16U);
    EXPECT_EQ(on_subnet(list, *parse_ip("10.7.2.3"))->interface, "wide");
    EXPECT_FALSE(on_subnet(list, *parse_ip("172.16.0.1")));
}

TEST(Interfaces, OfThisMachineIncludeTheLoopback) {
    const auto list = interfaces();
    ASSERT_TRUE(static_cast<bool>(list)) << list.error().text;
    EXPECT_TRUE(
        std::any_of(list->begin(), list->end(), [](const auto& one) { return one.loopback; }));
}

TEST(Resolve, AsksTheGlobalEnvironment) {
    const auto found = resolve("localhost");
    ASSERT_TRUE(static_cast<bool>(found)) << found.error().text;
    EXPECT_THAT(*found,
                testing::Contains(testing::AnyOf(*parse_ip("127.0.0.1"), *parse_ip("::1"))));
    EXPECT_FALSE(resolve("-x"));
    EXPECT_FALSE(resolve("a\nb"));
}

}  // namespace
}  // namespace network
