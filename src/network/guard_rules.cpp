#include "network/guard.h"

namespace network {
namespace {

// What an IPv6 neighbour must be able to say from its link-local address, or from none (duplicate address detection).
constexpr std::string_view neighbour_talk =
    "        ip6 saddr fe80::/10 icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, "
    "nd-router-solicit } accept\n"
    "        ip6 saddr { ::, fe80::/10 } icmpv6 type { mld-listener-report, mld2-listener-report, "
    "nd-neighbor-solicit } accept\n";
constexpr std::string_view no_router =
    "        icmpv6 type { nd-router-advert, nd-redirect } drop\n";

std::string addresses_of(int family, const std::vector<Ip>& addresses) {
    std::vector<std::string> shown;
    for (const auto& ip : addresses)
        if (ip.family == family) shown.push_back(ip.text());
    return join(shown, ", ");
}

}  // namespace

std::string guard_rules() {
    return cat(
        "table inet corral {\n"
        "    set sources4 { type ifname . ipv4_addr; }\n"
        "    set sources6 { type ifname . ipv6_addr; }\n"
        "    set opened { type nf_proto; }\n"
        "    set opened4 { type ifname; }\n"
        "    chain sources {\n"
        "        type filter hook prerouting priority raw; policy accept;\n"
        "        meta iifgroup ",
        link_group,
        " goto source\n"
        "    }\n"
        "    chain source {\n",
        no_router,
        "        iifname . ip saddr @sources4 accept\n"
        "        iifname . ip6 saddr @sources6 accept\n",
        neighbour_talk,
        "        drop\n"
        "    }\n"
        "    chain forward {\n"
        "        type filter hook forward priority filter; policy accept;\n"
        "        meta iifgroup ",
        link_group,
        " accept\n"
        "        meta oifgroup ",
        link_group,
        " accept\n"
        "        meta nfproto @opened drop\n"
        "        meta nfproto ipv4 iifname @opened4 drop\n"
        "    }\n"
        "}\n");
}

std::string bridge_rules() {
    return cat(
        "table bridge corral {\n"
        "    set sources4 { type ifname . ipv4_addr; }\n"
        "    set sources6 { type ifname . ipv6_addr; }\n"
        "    set macs { type ifname . ether_addr; }\n"
        "    chain sources {\n"
        "        type filter hook prerouting priority -300; policy accept;\n"
        "        meta iifgroup ",
        link_group,
        " goto source\n"
        "    }\n"
        "    chain source {\n"
        "        iifname . ether saddr != @macs drop\n",
        no_router,
        "        iifname . arp saddr ip @sources4 accept\n"
        "        iifname . ip saddr @sources4 accept\n"
        "        iifname . ip6 saddr @sources6 accept\n",
        neighbour_talk,
        "        drop\n"
        "    }\n"
        "}\n");
}

std::string inner_rules(const InnerGuard& guard) {
    const auto four = addresses_of(AF_INET, guard.addresses);
    const auto six = addresses_of(AF_INET6, guard.addresses);
    const auto table = cat("table netdev corral", guard.index);
    std::string text = cat("add ", table, "\ndelete ", table, "\n", table,
                           " {\n"
                           "    chain sources {\n"
                           "        type filter hook egress device \"",
                           guard.interface, "\" priority 0; policy drop;\n", no_router);
    if (!four.empty())
        text += cat("        arp saddr ip { ", four, " } accept\n        ip saddr { ", four,
                    " } accept\n");
    if (!six.empty()) text += cat("        ip6 saddr { ", six, " } accept\n", neighbour_talk);
    return text + "    }\n}\n";
}

}  // namespace network
