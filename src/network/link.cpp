#include "network/link.h"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

namespace network {
namespace {

using netlink::Message;

ifinfomsg no_link() {
    ifinfomsg header = {};
    header.ifi_family = AF_UNSPEC;
    return header;
}

FoundLink read_link(const nlmsghdr* answer) {
    const auto* header = static_cast<const ifinfomsg*>(NLMSG_DATA(answer));
    const auto get = [&](int type) { return netlink::attribute(answer, sizeof *header, type); };
    FoundLink link;
    link.name = netlink::text(get(IFLA_IFNAME));
    link.kind = netlink::text(netlink::attribute_of(get(IFLA_LINKINFO), IFLA_INFO_KIND));
    link.index = header->ifi_index;
    link.up = (header->ifi_flags & IFF_UP) != 0;
    const auto state = get(IFLA_OPERSTATE);
    link.sends = !state.empty() && state[0] == IF_OPER_UP;
    link.loopback = (header->ifi_flags & IFF_LOOPBACK) != 0;
    link.mtu = netlink::number(get(IFLA_MTU));
    link.group = netlink::number(get(IFLA_GROUP));
    link.master = static_cast<int>(netlink::number(get(IFLA_MASTER)));
    const auto mac = get(IFLA_ADDRESS);
    if (mac.size() == link.mac.size()) std::copy(mac.begin(), mac.end(), link.mac.begin());
    return link;
}

}  // namespace

Result<FoundLink> find_link(netlink::Socket& socket, const std::string& name) {
    if (name.empty() || name.size() >= IFNAMSIZ)
        return Error{Kind::missing, cat("no interface '", printable(name), "'"), ENODEV};
    Message message(RTM_GETLINK, 0);
    message.header(no_link()).text(IFLA_IFNAME, name);
    FoundLink found;
    TRY(socket.answers(
        message, [&](const nlmsghdr* answer) { found = read_link(answer); }, "interface '", name,
        "'"));
    return found;
}

Result<std::vector<FoundLink>> list_links(netlink::Socket& socket) {
    Message message(RTM_GETLINK, NLM_F_DUMP);
    message.header(no_link());
    std::vector<FoundLink> links;
    TRY(socket.answers(
        message, [&](const nlmsghdr* answer) { links.push_back(read_link(answer)); },
        "list interfaces"));
    return links;
}

Result<void> make_veth(netlink::Socket& socket, const VethCall& call) {
    Message message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    message.header(no_link())
        .text(IFLA_IFNAME, call.outer)
        .raw(IFLA_ADDRESS, call.outer_mac)
        .u32(IFLA_MTU, call.mtu)
        .u32(IFLA_GROUP, link_group);
    message.nested(IFLA_LINKINFO, [&] {
        message.text(IFLA_INFO_KIND, "veth");
        message.nested(IFLA_INFO_DATA, [&] {
            message.nested(VETH_INFO_PEER, [&] {
                message.header(no_link())
                    .text(IFLA_IFNAME, call.inner)
                    .raw(IFLA_ADDRESS, call.inner_mac)
                    .u32(IFLA_MTU, call.mtu)
                    .u32(IFLA_NET_NS_FD, static_cast<std::uint32_t>(call.inner_netns));
            });
        });
    });
    auto made = socket.ask(message, "make interface '", call.outer, "' (veth)");
    if (!made && made.error().os_number == EOPNOTSUPP)
        return Error{Kind::unsupported,
                     "this kernel has no veth interfaces; load their driver: modprobe veth"}
            .explained_by(checks::interfaces);
    return made;
}

Result<void> make_child(netlink::Socket& socket, const ChildCall& call) {
    const bool macvlan = call.kind == "macvlan";
    Message message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    message.header(no_link())
        .text(IFLA_IFNAME, call.name)
        .u32(IFLA_LINK, static_cast<std::uint32_t>(call.parent))
        .u32(IFLA_NET_NS_FD, static_cast<std::uint32_t>(call.netns));
    if (macvlan) message.raw(IFLA_ADDRESS, call.mac);
    message.nested(IFLA_LINKINFO, [&] {
        message.text(IFLA_INFO_KIND, call.kind);
        message.nested(IFLA_INFO_DATA, [&] {
            if (macvlan)
                message.u32(IFLA_MACVLAN_MODE, MACVLAN_MODE_BRIDGE);
            else  // unless told, it is L3, which answers no ARP
                message.raw(IFLA_IPVLAN_MODE, std::array<std::uint8_t, 2>{IPVLAN_MODE_L2});
        });
    });
    auto made = socket.ask(message, "make interface '", call.name, "' (", call.kind, ")");
    if (!made && made.error().os_number == EOPNOTSUPP)
        return Error{Kind::unsupported, cat("this kernel has no ", call.kind,
                                            " interfaces; use mode=routed or bridge")}
            .explained_by(checks::interfaces);
    return made;
}

Result<void> shape_link(netlink::Socket& socket, int index, const LinkTraits& traits) {
    auto header = no_link();
    header.ifi_index = index;
    if (!traits.alias.empty() || traits.master != 0) {
        Message message(RTM_SETLINK, 0);
        message.header(header);
        if (!traits.alias.empty()) message.text(IFLA_IFALIAS, traits.alias);
        if (traits.master != 0) message.u32(IFLA_MASTER, static_cast<std::uint32_t>(traits.master));
        TRY(socket.ask(message, "name interface ", index));
    }
    Message six(RTM_SETLINK, 0);
    six.header(header).nested(IFLA_AF_SPEC, [&] {
        six.nested(AF_INET6, [&] { six.u8(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE); });
    });
    auto shaped = socket.ask(six, "shape interface ", index);
    // without IPv6 in the kernel, or on the interface, there is nothing to turn off
    if (!shaped && shaped.error().os_number != EAFNOSUPPORT && shaped.error().os_number != EINVAL)
        return shaped;
    if (traits.four.empty()) return {};
    Message four(RTM_SETLINK, 0);
    four.header(header).nested(IFLA_AF_SPEC, [&] {
        four.nested(AF_INET, [&] {
            four.nested(IFLA_INET_CONF, [&] {
                for (const auto& [number, value] : traits.four) four.u32(number, value);
            });
        });
    });
    return socket.ask(four, "shape interface ", index, " for IPv4");
}

std::vector<std::pair<int, std::uint32_t>> outer_settings(bool several) {
    return {{IPV4_DEVCONF_FORWARDING, 1},
            {IPV4_DEVCONF_PROXY_ARP, 1},
            {IPV4_DEVCONF_ACCEPT_REDIRECTS, 0},
            {IPV4_DEVCONF_SEND_REDIRECTS, 0},
            {IPV4_DEVCONF_RP_FILTER, several ? 0 : 1}};
}

// An address that stays must not go with the one before it in its subnet.
std::vector<std::pair<int, std::uint32_t>> inner_settings() {
    return {{IPV4_DEVCONF_PROMOTE_SECONDARIES, 1}};
}

Result<void> rename_link(netlink::Socket& socket, int index, const std::string& name) {
    auto header = no_link();
    header.ifi_index = index;
    Message message(RTM_SETLINK, 0);
    return socket.ask(message.header(header).text(IFLA_IFNAME, name), "name interface '", name,
                      "'");
}

Result<void> raise_link(netlink::Socket& socket, int index) {
    auto header = no_link();
    header.ifi_index = index;
    header.ifi_flags = IFF_UP;
    header.ifi_change = IFF_UP;
    Message message(RTM_SETLINK, 0);
    return socket.ask(message.header(header), "bring up interface ", index);
}

// From Linux 6.8 the question itself makes the kernel look; before, it does so within milliseconds.
Result<void> await_link(netlink::Socket& socket, const std::string& name) {
    using namespace std::chrono_literals;
    const auto until = std::chrono::steady_clock::now() + 50ms;
    while (!TRY(find_link(socket, name)).sends) {
        if (std::chrono::steady_clock::now() > until)
            return {};  // it will come, or there is no carrier
        std::this_thread::sleep_for(200us);
    }
    return {};
}

Result<void> remove_link(netlink::Socket& socket, const std::string& name) {
    Message message(RTM_DELLINK, 0);
    message.header(no_link()).text(IFLA_IFNAME, name);
    auto removed = socket.ask(message, "remove interface '", name, "'");
    if (!removed && removed.error().os_number == ENODEV) return {};
    return removed;
}

}  // namespace network
