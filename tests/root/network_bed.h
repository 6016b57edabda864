// A LAN in three network namespaces: the test's own is the global environment with en0, another a host on the LAN, and
// as many WPARs as wished. Nothing of the machine's own network is touched.
#pragma once
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <cstdlib>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "base/fd.h"
#include "network/link.h"
#include "network/namespace.h"
#include "network/network.h"
#include "os/dir.h"
#include "os/process.h"

#define ASSERT_OK(expression)                                                \
    do {                                                                     \
        const auto& assert_ok = (expression);                                \
        ASSERT_TRUE(static_cast<bool>(assert_ok)) << assert_ok.error().text; \
    } while (false)

namespace network {

inline UniqueFd this_netns() { return UniqueFd(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)); }

inline UniqueFd make_netns() {
    const auto home = this_netns();
    if (::unshare(CLONE_NEWNET) != 0) std::abort();
    auto made = this_netns();
    if (::setns(home.get(), CLONE_NEWNET) != 0) std::abort();
    return made;
}

inline Address address(std::string_view text) {
    const auto parts = split(text, '/');
    auto ip = parse_ip(parts.at(0));
    return {*ip, static_cast<unsigned>(*to_number(parts.at(1))), {}};
}
inline Ip ip(std::string_view text) { return *parse_ip(text); }

class NetworkBed : public testing::Test {
  protected:
    static Wish wish(std::uint32_t key, const std::vector<std::string>& addresses,
                     Mode mode = Mode::routed, const std::string& global = "en0") {
        Wish made{.key = key, .name = cat("web", key)};
        Interface interface { .global = global, .mode = mode };
        for (const auto& text : addresses) interface.addresses.push_back(address(text));
        made.interfaces.push_back(interface);
        return made;
    }
    void SetUp() override {
        if (::geteuid() != 0) {
            if (std::getenv("WPAR_TEST_STRICT") != nullptr) FAIL() << "needs root";
            GTEST_SKIP() << "needs root";
        }
        if (::unshare(CLONE_NEWNET) != 0) FAIL() << "no network namespace";
        char folder[] = "/tmp/corral_network_XXXXXX";
        site.state = std::string(::mkdtemp(folder)) + "/state";
        here = this_netns();
        lan = make_netns();
        lan_links();
        before = picture();
    }
    void TearDown() override {
        if (here) (void)os::remove_tree(site.state.substr(0, site.state.rfind('/')));
    }

    /// Two ends of a wire, here and there, up; without duplicate address detection, which takes a second.
    void wire(const std::string& outer, const std::string& inner, const UniqueFd& there) {
        static std::uint8_t number = 0;
        ++number;
        const std::string quick = "echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad";
        say(quick);
        say(quick, there);
        auto socket = netlink::Socket::open(NETLINK_ROUTE);
        ASSERT_OK(make_veth(*socket, {.outer = outer,
                                      .outer_mac = {2, 0, 0, 0, number, 1},
                                      .inner = inner,
                                      .inner_mac = {2, 0, 0, 0, number, 2},
                                      .inner_netns = there.get()}));
        say(cat("ip link set ", outer, " group 0 up; ip link set lo up"));
        say(cat("ip link set ", inner, " group 0 up; ip link set lo up"), there);
        settle();
        settle(there);
    }
    /// The kernel gives an interface its link-local address a moment after it is up.
    void settle() {
        settle(here);
        say("for i in $(seq 100); do test $(ip -6 addr show scope global | grep -c inet6) ="
            " $(ip -6 route show table local | grep -c 'local 2001') && exit; sleep 0.02; done; "
            "false");
    }
    void settle(const UniqueFd& where) {
        say("for i in $(seq 100); do ip -6 addr show scope link | grep -q fe80 && ! ip -6 addr |"
            " grep -q tentative && exit; sleep 0.02; done; ip addr; false",
            where);
    }
    void lan_links() {
        wire("en0", "lan0", lan);
        say("ip addr add 192.168.21.1/24 brd + dev en0; ip addr add 2001:db8:21::1/64 dev en0 "
            "nodad");
        say("ip addr add 192.168.21.50/24 dev lan0; ip addr add 2001:db8:21::50/64 dev lan0 nodad;"
            "ip addr add 10.9.9.9/32 dev lo; ip addr add 2001:db8:9::9/128 dev lo nodad",
            lan);
        settle();
        settle(lan);
    }

    static os::Ended run(const std::string& script) {
        auto ended = os::run({.arguments = {"sh", "-c", script}});
        return ended ? *ended : os::Ended{127, {}, ended.error().text};
    }
    os::Ended run(const std::string& script, const UniqueFd& where) {
        os::Ended ended;
        (void)inside(where.get(), [&]() -> Result<void> {
            ended = run(script);
            return {};
        });
        return ended;
    }
    void say(const std::string& script) {
        const auto ended = run(script);
        EXPECT_EQ(ended.status, 0) << script << "\n" << ended.errors;
    }
    void say(const std::string& script, const UniqueFd& where) {
        const auto ended = run(script, where);
        EXPECT_EQ(ended.status, 0) << script << "\n" << ended.errors;
    }
    bool reaches(const UniqueFd& from, const std::string& to, const std::string& more = "") {
        return run(cat("ping -n -c 1 -W 1 ", more, " ", to), from).status == 0;
    }
    /// Where neighbours remember another MAC and are just being told.
    bool comes_to_reach(const UniqueFd& from, const std::string& to) {
        for (int attempt = 0; attempt < 5; ++attempt)
            if (reaches(from, to)) return true;
        return false;
    }
    /// Echo requests the LAN host has seen.
    std::string seen_on_lan() {
        return run("awk '/^Icmp:/ && ++n == 2 {print $9}' /proc/net/snmp;"
                   "awk '/^Icmp6InEchos/ {print $2}' /proc/net/snmp6",
                   lan)
            .output;
    }
    /// All that tear_down must leave as it was.
    static std::string picture() {
        std::string taken = snapshot();
        for (int attempt = 0; attempt < 20; ++attempt) {
            ::usleep(50'000);  // the kernel finishes IPv6 addresses in the background
            auto next = snapshot();
            if (next == taken) break;
            taken = std::move(next);
        }
        return taken;
    }
    static std::string snapshot() {
        return run("ip -d link; ip addr; ip route show table all; ip -6 route show table all; ip "
                   "rule;"
                   "ip -6 rule; ip neigh show proxy; ip -6 neigh show proxy; nft list ruleset;"
                   "cd /proc/sys/net; grep -r . ipv4/conf ipv6/conf ipv4/neigh ipv6/neigh "
                   "2>/dev/null"
                   " | grep -v -e stable_secret | sort")
            .output;
    }
    /// Lines that came or went since then; timers aside.
    static std::string changes(const std::string& since) {
        const auto text = [](const std::string& whole) {
            std::multiset<std::string> lines;
            for (auto line : split(whole, '\n'))
                lines.insert(std::regex_replace(line, std::regex("_timer +[0-9.]+"), "_timer"));
            return lines;
        };
        const auto then = text(since);
        auto now = text(snapshot());
        if (now != then) now = text(picture());
        std::string found;
        for (const auto& line : now)
            if (now.count(line) > then.count(line)) found += cat("+ ", line, "\n");
        for (const auto& line : then)
            if (then.count(line) > now.count(line)) found += cat("- ", line, "\n");
        return found;
    }

    Site site;
    UniqueFd here;
    UniqueFd lan;
    std::string before;
    const std::vector<std::string> first_addresses = {"192.168.21.11/24", "2001:db8:21::11/64"};
    const std::vector<std::string> second_addresses = {"192.168.21.12/24", "2001:db8:21::12/64"};
    UniqueFd first = make_netns();
    UniqueFd second = make_netns();
};

}  // namespace network
