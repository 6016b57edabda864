// Addresses, neighbours, routes and rules: the requests, each harmless when repeated.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "network/names.h"
#include "network/netlink.h"

namespace network {

struct InnerAddress {
    int link = 0;
    Address address = {};
    bool link_local = false;
    bool no_prefix_route = false;
};
Result<void> add_address(netlink::Socket& socket, const InnerAddress& address);
Result<void> remove_address(netlink::Socket& socket, const InnerAddress& address);
/// Of one interface, or of all when `link` is 0; link-local ones included.
struct LinkAddress {
    int link = 0;
    Address address = {};
};
Result<std::vector<LinkAddress>> list_addresses(netlink::Socket& socket, int link = 0);

struct RouteCall {
    Ip destination = {};
    unsigned prefix = 0;
    std::optional<Ip> gateway = {};
    std::optional<Ip> source = {};  // preferred source address
    int link = 0;
    std::uint32_t table = 254;  // main
    std::uint32_t metric = 0;
    std::uint8_t type = 1;  // RTN_UNICAST
    bool on_link = false;   // the gateway need not be on a subnet of the interface
};
Result<void> add_route(netlink::Socket& socket, const RouteCall& route);
/// By destination, table and metric; only our own, what is not there is fine.
Result<void> remove_route(netlink::Socket& socket, const RouteCall& route);
Result<std::vector<RouteCall>> list_routes(netlink::Socket& socket, int family,
                                           std::uint32_t table);

/// How the kernel would reach an address now.
struct WayTo {
    std::uint8_t type = 0;  // RTN_*; 0: no way
    int link = 0;
    std::uint8_t protocol = 0;
};
Result<WayTo> way_to(netlink::Socket& socket, const Ip& ip);

struct RuleCall {
    int family = 2;
    std::string from_link = {};
    std::optional<Address> to = {};
    std::uint32_t table = 254;
    std::uint32_t priority = 0;
};
Result<void> add_rule(netlink::Socket& socket, const RuleCall& rule);
Result<void> remove_rule(netlink::Socket& socket, const RuleCall& rule);
/// Our own rules.
Result<std::vector<RuleCall>> list_rules(netlink::Socket& socket, int family);

/// We answer for the address on that interface.
Result<void> add_proxy(netlink::Socket& socket, const Ip& ip, int link);
Result<void> remove_proxy(netlink::Socket& socket, const Ip& ip, int link);
/// A neighbour whose MAC is known for good.
Result<void> add_neighbour(netlink::Socket& socket, const Ip& ip, int link, const Mac& mac);
Result<void> remove_neighbour(netlink::Socket& socket, const Ip& ip, int link);

}  // namespace network
