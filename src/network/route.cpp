#include "network/route.h"

#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include <algorithm>

namespace network {
namespace {

using netlink::Message;

constexpr int make_or_change = NLM_F_CREATE | NLM_F_REPLACE;

// Refusals that mean it is gone already.
Result<void> gone_is_fine(Result<void> removed) {
    if (removed) return removed;
    const int number = removed.error().os_number;
    if (number == ESRCH || number == ENOENT || number == ENODEV || number == EADDRNOTAVAIL ||
        number == ENXIO)
        return {};
    return removed;
}

ifaddrmsg address_header(const InnerAddress& address) {
    ifaddrmsg header = {};
    header.ifa_family = static_cast<std::uint8_t>(address.address.ip.family);
    header.ifa_prefixlen = static_cast<std::uint8_t>(address.address.prefix);
    header.ifa_index = static_cast<std::uint32_t>(address.link);
    header.ifa_scope = address.link_local ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
    return header;
}

rtmsg route_header(const RouteCall& route) {
    rtmsg header = {};
    header.rtm_family = static_cast<std::uint8_t>(route.destination.family);
    header.rtm_dst_len = static_cast<std::uint8_t>(route.prefix);
    header.rtm_table = RT_TABLE_UNSPEC;  // RTA_TABLE holds large numbers
    header.rtm_protocol = route_protocol;
    header.rtm_type = route.type;
    header.rtm_scope = RT_SCOPE_UNIVERSE;
    if (route.destination.four() && route.type == RTN_UNICAST && !route.gateway)
        header.rtm_scope = RT_SCOPE_LINK;
    if (route.on_link) header.rtm_flags = RTNH_F_ONLINK;
    return header;
}

Message rule_message(int type, int flags, const RuleCall& rule) {
    fib_rule_hdr header = {};
    header.family = static_cast<std::uint8_t>(rule.family);
    header.dst_len = static_cast<std::uint8_t>(rule.to ? rule.to->prefix : 0);
    header.action = FR_ACT_TO_TBL;
    Message message(type, flags);
    message.header(header)
        .u32(FRA_TABLE, rule.table)
        .u32(FRA_PRIORITY, rule.priority)
        .u8(FRA_PROTOCOL, route_protocol)
        .text(FRA_IIFNAME, rule.from_link);
    if (rule.to) message.ip(FRA_DST, subnet_of(rule.to->ip, rule.to->prefix));
    return message;
}

Message neighbour_message(int type, const Ip& ip, int link, const ndmsg& given) {
    auto header = given;
    header.ndm_family = static_cast<std::uint8_t>(ip.family);
    header.ndm_ifindex = link;
    Message message(type, type == RTM_NEWNEIGH ? make_or_change : 0);
    message.header(header).ip(NDA_DST, ip);
    return message;
}

ndmsg proxy_header() {
    ndmsg header = {};
    header.ndm_flags = NTF_PROXY;
    header.ndm_state = NUD_PERMANENT;
    return header;
}

}  // namespace

Result<void> add_address(netlink::Socket& socket, const InnerAddress& address) {
    std::uint32_t flags = 0;
    if (!address.address.ip.four()) flags |= IFA_F_NODAD;  // nobody else is on a veth of ours
    if (address.no_prefix_route) flags |= IFA_F_NOPREFIXROUTE;
    Message message(RTM_NEWADDR, make_or_change);
    message.header(address_header(address))
        .ip(IFA_LOCAL, address.address.ip)
        .ip(IFA_ADDRESS, address.address.ip)
        .u32(IFA_FLAGS, flags);
    const auto& ip = address.address.ip;
    if (ip.four() && address.address.prefix < 31)
        message.ip(IFA_BROADCAST,
                   address.address.broadcast.value_or(last_of(ip, address.address.prefix)));
    return socket.ask(message, "set address ", address.address.text());
}

Result<void> remove_address(netlink::Socket& socket, const InnerAddress& address) {
    Message message(RTM_DELADDR, 0);
    message.header(address_header(address)).ip(IFA_LOCAL, address.address.ip);
    return gone_is_fine(socket.ask(message, "remove address ", address.address.text()));
}

Result<std::vector<LinkAddress>> list_addresses(netlink::Socket& socket, int link) {
    ifaddrmsg question = {};
    question.ifa_index = static_cast<std::uint32_t>(link);
    Message message(RTM_GETADDR, NLM_F_DUMP);
    message.header(question);
    std::vector<LinkAddress> found;
    TRY(socket.answers(
        message,
        [&](const nlmsghdr* answer) {
            const auto* header = static_cast<const ifaddrmsg*>(NLMSG_DATA(answer));
            const auto get = [&](int type) {
                return netlink::attribute(answer, sizeof *header, type);
            };
            auto bytes = get(IFA_LOCAL);
            if (bytes.empty()) bytes = get(IFA_ADDRESS);
            const int index = static_cast<int>(header->ifa_index);
            if (bytes.empty() || (link != 0 && index != link)) return;
            LinkAddress entry{index,
                              {netlink::ip(header->ifa_family, bytes), header->ifa_prefixlen, {}}};
            const auto broadcast = get(IFA_BROADCAST);
            if (!broadcast.empty()) entry.address.broadcast = netlink::ip(AF_INET, broadcast);
            found.push_back(entry);
        },
        "list addresses"));
    return found;
}

Result<void> add_route(netlink::Socket& socket, const RouteCall& route) {
    Message message(RTM_NEWROUTE, make_or_change);
    message.header(route_header(route)).u32(RTA_TABLE, route.table);
    if (route.prefix != 0) message.ip(RTA_DST, subnet_of(route.destination, route.prefix));
    if (route.gateway) message.ip(RTA_GATEWAY, *route.gateway);
    if (route.source) message.ip(RTA_PREFSRC, *route.source);
    if (route.link != 0) message.u32(RTA_OIF, static_cast<std::uint32_t>(route.link));
    if (route.metric != 0) message.u32(RTA_PRIORITY, route.metric);
    return socket.ask(message, "add route to ", route.destination.text(), "/", route.prefix);
}

Result<void> remove_route(netlink::Socket& socket, const RouteCall& route) {
    auto header = route_header(route);
    header.rtm_scope = RT_SCOPE_NOWHERE;  // any
    header.rtm_type = RTN_UNSPEC;
    header.rtm_flags = 0;
    Message message(RTM_DELROUTE, 0);
    message.header(header).u32(RTA_TABLE, route.table);
    if (route.prefix != 0) message.ip(RTA_DST, subnet_of(route.destination, route.prefix));
    if (route.metric != 0) message.u32(RTA_PRIORITY, route.metric);
    return gone_is_fine(socket.ask(message, "remove route to ", route.destination.text()));
}

Result<std::vector<RouteCall>> list_routes(netlink::Socket& socket, int family,
                                           std::uint32_t table) {
    rtmsg question = {};
    question.rtm_family = static_cast<std::uint8_t>(family);
    Message message(RTM_GETROUTE, NLM_F_DUMP);
    message.header(question).u32(RTA_TABLE, table);
    std::vector<RouteCall> routes;
    auto listed = socket.answers(
        message,
        [&](const nlmsghdr* answer) {
            const auto* header = static_cast<const rtmsg*>(NLMSG_DATA(answer));
            const auto get = [&](int type) {
                return netlink::attribute(answer, sizeof *header, type);
            };
            if (netlink::number(get(RTA_TABLE)) != table || (header->rtm_flags & RTM_F_CLONED) != 0)
                return;
            RouteCall route;
            route.destination = netlink::ip(family, get(RTA_DST));
            route.prefix = header->rtm_dst_len;
            if (const auto gateway = get(RTA_GATEWAY); !gateway.empty())
                route.gateway = netlink::ip(family, gateway);
            route.link = static_cast<int>(netlink::number(get(RTA_OIF)));
            route.table = table;
            route.metric = netlink::number(get(RTA_PRIORITY));
            route.type = header->rtm_type;
            routes.push_back(route);
        },
        "list routes");
    // a table that never had a route does not exist
    if (!listed && listed.error().os_number != ENOENT) return listed.error();
    return routes;
}

Result<WayTo> way_to(netlink::Socket& socket, const Ip& ip) {
    rtmsg question = {};
    question.rtm_family = static_cast<std::uint8_t>(ip.family);
    question.rtm_dst_len = static_cast<std::uint8_t>(ip.bits());
    question.rtm_flags = RTM_F_FIB_MATCH;  // the table's entry, not a clone of it
    Message message(RTM_GETROUTE, 0);
    message.header(question).ip(RTA_DST, ip);
    WayTo way;
    auto asked = socket.answers(
        message,
        [&](const nlmsghdr* answer) {
            const auto* header = static_cast<const rtmsg*>(NLMSG_DATA(answer));
            way.type = header->rtm_type;
            way.protocol = header->rtm_protocol;
            way.link = static_cast<int>(
                netlink::number(netlink::attribute(answer, sizeof *header, RTA_OIF)));
        },
        "route to ", ip.text());
    if (asked) return way;
    const int number = asked.error().os_number;
    if (number == ENETUNREACH || number == EHOSTUNREACH || number == EACCES || number == ESRCH ||
        number == EAFNOSUPPORT || number == EINVAL)
        return WayTo{};
    return asked.error();
}

Result<void> add_rule(netlink::Socket& socket, const RuleCall& rule) {
    auto message = rule_message(RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, rule);
    auto added = socket.ask(message, "add routing rule of ", rule.from_link);
    if (!added && added.error().os_number == EEXIST) return {};
    return added;
}

Result<void> remove_rule(netlink::Socket& socket, const RuleCall& rule) {
    auto message = rule_message(RTM_DELRULE, 0, rule);
    return gone_is_fine(socket.ask(message, "remove routing rule of ", rule.from_link));
}

Result<std::vector<RuleCall>> list_rules(netlink::Socket& socket, int family) {
    fib_rule_hdr question = {};
    question.family = static_cast<std::uint8_t>(family);
    Message message(RTM_GETRULE, NLM_F_DUMP);
    message.header(question);
    std::vector<RuleCall> rules;
    TRY(socket.answers(
        message,
        [&](const nlmsghdr* answer) {
            const auto* header = static_cast<const fib_rule_hdr*>(NLMSG_DATA(answer));
            const auto get = [&](int type) {
                return netlink::attribute(answer, sizeof *header, type);
            };
            const auto protocol = get(FRA_PROTOCOL);
            if (protocol.empty() || protocol[0] != route_protocol) return;
            RuleCall rule;
            rule.family = family;
            rule.from_link = netlink::text(get(FRA_IIFNAME));
            if (header->dst_len != 0)
                rule.to = Address{netlink::ip(family, get(FRA_DST)), header->dst_len, {}};
            rule.table = netlink::number(get(FRA_TABLE));
            rule.priority = netlink::number(get(FRA_PRIORITY));
            rules.push_back(rule);
        },
        "list routing rules"));
    return rules;
}

Result<void> add_proxy(netlink::Socket& socket, const Ip& ip, int link) {
    auto message = neighbour_message(RTM_NEWNEIGH, ip, link, proxy_header());
    message.u8(NDA_PROTOCOL, route_protocol);
    return socket.ask(message, "answer for ", ip.text());
}

Result<void> remove_proxy(netlink::Socket& socket, const Ip& ip, int link) {
    auto message = neighbour_message(RTM_DELNEIGH, ip, link, proxy_header());
    return gone_is_fine(socket.ask(message, "answer no longer for ", ip.text()));
}

Result<void> add_neighbour(netlink::Socket& socket, const Ip& ip, int link, const Mac& mac) {
    ndmsg header = {};
    header.ndm_state = NUD_PERMANENT;
    auto message = neighbour_message(RTM_NEWNEIGH, ip, link, header);
    message.raw(NDA_LLADDR, mac);
    return socket.ask(message, "set neighbour ", ip.text());
}

Result<void> remove_neighbour(netlink::Socket& socket, const Ip& ip, int link) {
    auto message = neighbour_message(RTM_DELNEIGH, ip, link, ndmsg{});
    return gone_is_fine(socket.ask(message, "forget neighbour ", ip.text()));
}

}  // namespace network
