#include <algorithm>
#include <cerrno>

#include "network/builder.h"
#include "network/namespace.h"

namespace network {
namespace {

constexpr int loopback_index = 1;  // the first interface of every namespace

}  // namespace

Result<Inner> Inner::open(int netns_fd) {
    std::optional<Inner> inner;
    TRY(inside(netns_fd, [&]() -> Result<void> {
        auto socket = netlink::Socket::open(NETLINK_ROUTE);
        if (!socket) return socket.error();
        inner = Inner(*std::move(socket));
        return {};
    }));
    return *std::move(inner);
}

Result<void> set_defaults(int netns_fd) {
    return inside(netns_fd, []() -> Result<void> {
        // a WPAR's addresses are set from outside: none from router advertisements. Without IPv6 there is no such file.
        (void)write_parameter("sys/net/ipv6/conf/default/accept_ra", "0");
        return {};
    });
}

Result<void> Inner::raise_loopback() { return raise_link(socket_, loopback_index); }

Result<bool> Inner::has(const std::string& interface) {
    const auto found = find_link(socket_, interface);
    if (!found && found.error().os_number != ENODEV) return found.error();
    return static_cast<bool>(found);
}

Result<int> Inner::index(const std::string& interface) {
    if (const auto known = indices_.find(interface); known != indices_.end()) return known->second;
    const auto found = TRY(find_link(socket_, interface));
    indices_[interface] = found.index;
    return found.index;
}

Result<void> Inner::raise(const PlannedLink& link) {
    if (link.mode == Mode::macvlan || link.mode == Mode::ipvlan)
        if (const auto born = find_link(socket_, link.name))
            TRY(rename_link(socket_, born->index, link.inside));
    const int at = TRY(index(link.inside));
    TRY(shape_link(socket_, at, {.alias = {}, .master = 0, .four = inner_settings()}));
    return raise_link(socket_, at);
}

Result<void> Inner::add_addresses(const Plan& plan) {
    for (const auto& link : plan.links) {
        const bool six = std::any_of(
            plan.addresses.begin(), plan.addresses.end(), [&](const PlannedAddress& planned) {
                return planned.inside == link.inside && !planned.address.ip.four();
            });
        if (!six) continue;
        const int at = TRY(index(link.inside));
        TRY(add_address(socket_,
                        {at, {link_local_of(inner_mac(link.first)), 64, {}}, true, false}));
    }
    for (const auto& [inside_name, address, routed] : plan.addresses) {
        const int at = TRY(index(inside_name));
        TRY(add_address(socket_, {at, address, false, routed && !address.ip.four()}));
    }
    return {};
}

Result<void> Inner::add_routes(const std::vector<PlannedInnerRoute>& routes) {
    for (const auto& route : routes) {
        if (!route.gateway) continue;  // the global environment has no default route either
        RouteCall call;
        call.destination = route.destination;
        call.prefix = route.prefix;
        call.gateway = route.gateway;
        call.link = TRY(index(route.inside));
        call.on_link = true;
        if (route.known) TRY(add_neighbour(socket_, *route.gateway, call.link, outer_mac));
        TRY(add_route(socket_, call));
    }
    return {};
}

Result<void> Inner::remove(const Plan& stale) {
    for (const auto& link : stale.links) {
        TRY(remove_link(socket_, link.inside));
        indices_.erase(link.inside);
    }
    for (const auto& route : stale.inner_routes) {
        RouteCall call;
        call.destination = route.destination;
        call.prefix = route.prefix;
        TRY(remove_route(socket_, call));
    }
    return {};
}

Result<void> Inner::remove_addresses(const std::vector<PlannedAddress>& stale) {
    for (const auto& [inside_name, address, routed] : stale) {
        const auto at = index(inside_name);
        if (at) TRY(remove_address(socket_, {*at, address, false, false}));
    }
    return {};
}

}  // namespace network
