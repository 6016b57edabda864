#include "rootpart/identity.h"

#include <gtest/gtest.h>

#include "rootpart/fresh.h"

namespace rootpart {
namespace {

Options called(const std::string& hostname, std::vector<std::string> addresses = {}) {
    Options options;
    options.hostname = hostname;
    for (auto& address : addresses) options.hosts.push_back({std::move(address), hostname});
    return options;
}

TEST(RenewedHosts, WhatWasNeverChangedIsAsANewOneHasIt) {
    const auto former = called("web1", {"10.0.0.5"});
    for (const auto& now :
         {called("web2", {"10.0.0.6"}), called("web2"), called("web2", {"10.0.0.6", "fd00::6"})})
        EXPECT_EQ(renewed_hosts(hosts_text(former), former, now), hosts_text(now));
}

TEST(RenewedHosts, LinesOfOthersStay) {
    EXPECT_EQ(renewed_hosts("127.0.0.1 localhost\n"
                            "10.0.0.5  web1 shop   # that is us\n"
                            "# web1 was here\n"
                            "10.0.0.9  database\n",
                            called("web1", {"10.0.0.5"}), called("web2", {"10.0.0.6"})),
              "127.0.0.1 localhost\n"
              "10.0.0.6\tweb2 shop # that is us\n"
              "# web1 was here\n"
              "10.0.0.9  database\n");
}

TEST(RenewedHosts, FullAndShortNamesChange) {
    EXPECT_EQ(renewed_hosts("10.0.0.5 web1.example.com web1 web11\n",
                            called("web1.example.com", {"10.0.0.5"}),
                            called("web2.example.com", {"10.0.0.6"})),
              "10.0.0.6\tweb2.example.com web2 web11\n");
}

TEST(RenewedHosts, AnAddressMoreIsAddedAndOneLessIsNot) {
    EXPECT_EQ(renewed_hosts("10.0.0.5 web1\n", called("web1", {"10.0.0.5"}),
                            called("web2", {"10.0.0.6", "10.0.0.7"})),
              "10.0.0.6\tweb2\n10.0.0.7\tweb2\n");
    EXPECT_EQ(renewed_hosts("10.0.0.5 web1\n10.0.0.8 web1\n#\n",
                            called("web1", {"10.0.0.5", "10.0.0.8"}), called("web2", {"10.0.0.6"})),
              "10.0.0.6\tweb2\n#\n");
}

TEST(RenewedHosts, WithoutAnAddressTheNameStaysReachable) {
    EXPECT_EQ(renewed_hosts("10.0.0.5 web1 shop\n", called("web1", {"10.0.0.5"}), called("web2")),
              "127.0.1.1\tweb2 shop\n");
    EXPECT_EQ(renewed_hosts("127.0.1.1 web1\n", called("web1"), called("web2", {"10.0.0.6"})),
              "10.0.0.6\tweb2\n");
}

}  // namespace
}  // namespace rootpart
