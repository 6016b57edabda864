#include "network/record.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "os/dir.h"

namespace network {
namespace {

Ip ip(std::string_view text) { return *parse_ip(text); }

Wish wish() {
    Wish made{.key = 7, .name = "web1"};
    made.interfaces = {{.global = "en0",
                        .addresses = {{ip("192.168.21.11"), 24, ip("192.168.21.127")},
                                      {ip("2001:db8::11"), 64, {}}}},
                       {.global = "br0",
                        .inside = "en1",
                        .mode = Mode::bridge,
                        .addresses = {{ip("10.0.0.1"), 8, {}}}}};
    made.routes = {{ip("0.0.0.0"), 0, ip("192.168.21.1"), ""},
                   {ip("10.9.0.0"), 16, ip("10.0.0.9"), "en1"}};
    return made;
}

TEST(NetworkRecord, IsReadAsItWasWritten) {
    const auto record = place(wish(), {});
    EXPECT_TRUE(record.isolated);
    const auto read = parse_records(show(record));
    ASSERT_TRUE(static_cast<bool>(read)) << read.error().text;
    ASSERT_EQ(read->size(), 1U);
    EXPECT_EQ(read->front(), record);
    const auto both = parse_records(cat(show(record), "--\n", show(record)));
    ASSERT_TRUE(static_cast<bool>(both));
    EXPECT_EQ(both->size(), 2U);
}

TEST(NetworkRecord, DamageIsAnError) {
    for (const auto* text :
         {"interface x routed en0 en0\n", "interface 0 odd en0 en0\n", "address 1.2.3.4/8\n",
          "name a\ninterface 0 routed en0 en0\naddress 1.2.3\n", "route 1.2.3.4/8\n", "",
          "name a\n--\n", "nonsense\n"})
        EXPECT_FALSE(parse_records(text)) << text;
}

TEST(NetworkRecord, InterfacesKeepTheirIndex) {
    const auto before = place(wish(), {});
    EXPECT_EQ(before.interfaces[0].index, 0U);
    EXPECT_EQ(before.interfaces[1].index, 1U);
    auto changed = wish();
    changed.interfaces.erase(changed.interfaces.begin());
    changed.interfaces.push_back({.global = "en5", .addresses = {{ip("10.5.0.1"), 16, {}}}});
    const auto after = place(changed, {before});
    EXPECT_EQ(after.interfaces[0].index, 1U);
    EXPECT_EQ(after.interfaces[1].index, 2U) << "0 is the old one's as long as it is there";
    changed.interfaces[0].mode = Mode::macvlan;
    EXPECT_EQ(place(changed, {before}).interfaces[0].index, 2U)
        << "another mode is another interface";
}

class LedgerTest : public testing::Test {
  protected:
    LedgerTest() {
        char folder[] = "/tmp/corral_ledger_XXXXXX";
        folder_ = ::mkdtemp(folder);
        site.state = cat(folder_, "/state");
    }
    ~LedgerTest() override { (void)os::remove_tree(folder_); }
    Site site;
    std::string folder_;
};

TEST_F(LedgerTest, AnAddressBelongsToOneThatHasARecord) {
    auto ledger = *Ledger::open(site);
    ASSERT_TRUE(static_cast<bool>(ledger.write(7, {place(wish(), {})})));
    ASSERT_TRUE(static_cast<bool>(ledger.claim(ip("10.0.0.1"), 7)));
    EXPECT_TRUE(static_cast<bool>(ledger.claim(ip("10.0.0.1"), 7)));
    EXPECT_EQ(ledger.owner(ip("10.0.0.1")), 7U);
    const auto refused = ledger.claim(ip("10.0.0.1"), 8);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::exists);
    EXPECT_EQ(refused.error().text, "address 10.0.0.1 is in use by workload partition web1");
    ASSERT_TRUE(static_cast<bool>(ledger.erase(7)));
    EXPECT_EQ(ledger.owner(ip("10.0.0.1")), std::nullopt);
    EXPECT_TRUE(static_cast<bool>(ledger.claim(ip("10.0.0.1"), 8)));
}

TEST_F(LedgerTest, OnlyTheOwnerReleases) {
    auto ledger = *Ledger::open(site);
    ASSERT_TRUE(static_cast<bool>(ledger.write(7, {place(wish(), {})})));
    ASSERT_TRUE(static_cast<bool>(ledger.claim(ip("10.0.0.1"), 7)));
    ledger.release(ip("10.0.0.1"), 8);
    EXPECT_EQ(ledger.owner(ip("10.0.0.1")), 7U);
    ledger.release(ip("10.0.0.1"), 7);
    EXPECT_EQ(ledger.owner(ip("10.0.0.1")), std::nullopt);
    EXPECT_EQ(*ledger.keys(), std::vector<std::uint32_t>{7});
    EXPECT_TRUE(ledger.read(9)->empty());
}

}  // namespace
}  // namespace network
