#include <linux/rtnetlink.h>

#include <algorithm>

#include "network/builder.h"
#include "network/switches.h"

namespace network {
namespace {

constexpr std::uint32_t fallback_metric = 1024;

bool child(Mode mode) { return mode == Mode::macvlan || mode == Mode::ipvlan; }

bool link_local(const Ip& ip) {
    return !ip.four() && ip.bytes[0] == 0xfe && (ip.bytes[1] & 0xc0) == 0x80;
}

// Carries on past an error and remembers the first.
class Sweep {
  public:
    void note(Result<void> done) {
        if (!done && first_) first_ = std::move(done);
    }
    Result<void> result() && { return std::move(first_); }

  private:
    Result<void> first_;
};

}  // namespace

std::optional<Ip> Ground::source_for(const Ip& ip) const {
    std::optional<Ip> first;
    for (const auto& address : addresses) {
        if (address.ip.family != ip.family || link_local(address.ip)) continue;
        if (same_subnet(address.ip, ip, address.prefix)) return address.ip;
        if (!first) first = address.ip;
    }
    return first;
}

bool Ground::on_link(const Ip& subnet, unsigned prefix) const {
    return std::any_of(addresses.begin(), addresses.end(), [&](const Address& address) {
        return address.prefix <= prefix && same_subnet(address.ip, subnet, address.prefix);
    });
}

Result<Outer> Outer::open(std::uint32_t key) {
    return Outer(key, TRY(netlink::Socket::open(NETLINK_ROUTE)));
}

Result<int> Outer::index(const std::string& interface) {
    if (const auto known = indices_.find(interface); known != indices_.end()) return known->second;
    const auto found = TRY(find_link(socket_, interface));
    indices_[interface] = found.index;
    return found.index;
}

Result<Ground> Outer::ground(const std::string& global) {
    if (const auto known = grounds_.find(global); known != grounds_.end()) return known->second;
    Ground ground;
    ground.link = TRY(find_link(socket_, global));
    for (const auto& entry : TRY(list_addresses(socket_, ground.link.index)))
        ground.addresses.push_back(entry.address);
    grounds_[global] = ground;
    return ground;
}

Result<std::vector<RouteCall>> Outer::defaults() {
    std::vector<RouteCall> found;
    for (const int family : {AF_INET, AF_INET6})
        for (const auto& route : TRY(list_routes(socket_, family, RT_TABLE_MAIN)))
            if (route.prefix == 0 && route.gateway && route.type == RTN_UNICAST)
                found.push_back(route);
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& one, const auto& other) { return one.metric < other.metric; });
    return found;
}

Result<std::vector<PlannedInnerRoute>> Outer::resolve(std::vector<PlannedInnerRoute> routes) {
    std::optional<std::vector<RouteCall>> known;
    for (auto& route : routes) {
        if (route.gateway) continue;
        if (!known) known = TRY(defaults());
        const auto under = TRY(ground(route.global));
        for (const auto& one : *known)
            if (!route.gateway && one.link == under.link.index &&
                one.destination.family == route.destination.family)
                route.gateway = one.gateway;
    }
    return routes;
}

Result<void> Outer::make(const PlannedLink& link, const Ground& ground, int netns_fd) {
    const auto mac = inner_mac(link.first);
    if (child(link.mode))
        return make_child(socket_,
                          {.name = link.name,  // renamed inside: its final name may exist here
                           .kind = std::string(show(link.mode)),
                           .parent = ground.link.index,
                           .mac = mac,
                           .netns = netns_fd});
    return make_veth(socket_, {.outer = link.name,
                               .outer_mac = link.mode == Mode::bridge ? port_mac(mac) : outer_mac,
                               .inner = link.inside,
                               .inner_mac = mac,
                               .mtu = ground.link.mtu,
                               .inner_netns = netns_fd});
}

Result<void> Outer::make_link(const PlannedLink& link, const LinkWish& wish, Inner& inner) {
    const auto under = TRY(ground(link.global));
    const bool there = TRY(inner.has(link.inside));
    // a child bears another name until it is renamed inside, so its own name must be looked for
    auto made = there && child(link.mode) ? Result<void>() : make(link, under, wish.netns_fd);
    if (!made && made.error().os_number == EEXIST) {
        made = {};
        if (!there && !child(link.mode)) {  // of a namespace that is no longer this WPAR's
            TRY(remove_link(socket_, link.name));
            made = make(link, under, wish.netns_fd);
        }
    }
    if (!made) return made;
    if (!child(link.mode)) TRY(raise(link, wish, under));
    return inner.raise(link);
}

Result<void> Outer::raise(const PlannedLink& link, const LinkWish& wish, const Ground& under) {
    const int at = TRY(index(link.name));
    LinkTraits traits{.alias = wish.alias, .master = 0, .four = {}};
    if (link.mode == Mode::bridge)
        traits.master = under.link.index;
    else
        traits.four = outer_settings(wish.several);
    TRY(shape_link(socket_, at, traits));
    if (link.mode == Mode::routed) {
        TRY(write_setting(cat("ipv4/neigh/", link.name, "/proxy_delay"), "0"));
        if (wish.six) {
            for (const auto* file : {"accept_ra", "accept_redirects"})
                TRY(write_setting(cat("ipv6/conf/", link.name, "/", file), "0"));
            TRY(write_setting(cat("ipv6/conf/", link.name, "/forwarding"), "1"));
        }
    }
    TRY(raise_link(socket_, at));
    if (link.mode != Mode::routed || !wish.six) return {};
    return add_address(socket_, {at, {outer_link_local(), 64, {}}, true, false});
}

Result<void> Outer::add(const Plan& plan) {
    for (const auto& subnet : plan.subnets) TRY(add_subnet(subnet));
    for (const auto& host : plan.hosts) TRY(add_host(host));
    for (const auto& route : plan.table_routes) TRY(add_table_route(route));
    for (const auto& planned : plan.rules) TRY(add_rule(socket_, rule(planned)));
    return {};
}

Result<void> Outer::add_host(const PlannedHost& host) {
    const auto under = TRY(ground(host.global));
    RouteCall call;
    call.destination = host.ip;
    call.prefix = host.ip.bits();
    call.link = TRY(index(host.link));
    call.source = under.source_for(host.ip);
    TRY(add_route(socket_, call));
    if (call.source && host.ip.four()) {
        // the kernel removes a route with its source address; the WPAR outlives a new DHCP lease by this one
        call.source = {};
        call.metric = fallback_metric;
        TRY(add_route(socket_, call));
    }
    return add_proxy(socket_, host.ip, under.link.index);
}

Result<void> Outer::know(const PlannedHost& host, const Mac& mac) {
    return add_neighbour(socket_, host.ip, TRY(index(host.link)), mac);
}

RouteCall Outer::subnet_route(const PlannedSubnet& subnet) const {
    RouteCall call;
    call.destination = subnet.subnet;
    call.prefix = subnet.prefix;
    call.metric = subnet_metric(key_);
    return call;
}

Result<void> Outer::add_subnet(const PlannedSubnet& subnet) {
    const auto under = TRY(ground(subnet.global));
    if (under.on_link(subnet.subnet, subnet.prefix)) return {};
    auto call = subnet_route(subnet);
    call.link = under.link.index;
    return add_route(socket_, call);
}

RouteCall Outer::table_route(const PlannedTableRoute& route) const {
    RouteCall call;
    call.destination = route.destination;
    call.prefix = route.prefix;
    call.table = route_table(key_);
    return call;
}

Result<void> Outer::add_table_route(const PlannedTableRoute& route) {
    auto call = table_route(route);
    if (!route.gateway) {
        call.type = RTN_UNREACHABLE;
        return add_route(socket_, call);
    }
    const auto way = TRY(way_to(socket_, *route.gateway));
    if (way.type == RTN_LOCAL) {
        call.type = RTN_THROW;  // the global environment is the gateway: on by its own table
        return add_route(socket_, call);
    }
    call.gateway = route.gateway;
    call.on_link = true;
    const bool neighbour = way.protocol == route_protocol;  // another WPAR is the gateway
    call.link = neighbour ? way.link : TRY(ground(route.global)).link.index;
    return add_route(socket_, call);
}

RuleCall Outer::rule(const PlannedRule& planned) const {
    RuleCall call;
    call.family = planned.family;
    call.from_link = planned.link;
    call.to = planned.to;
    call.table = planned.to ? std::uint32_t{RT_TABLE_MAIN} : route_table(key_);
    call.priority = planned.to ? subnet_rule_priority : table_rule_priority;
    return call;
}

Result<void> Outer::remove(const Plan& stale) {
    Sweep sweep;
    for (const auto& planned : stale.rules) sweep.note(remove_rule(socket_, rule(planned)));
    for (const auto& route : stale.table_routes)
        sweep.note(remove_route(socket_, table_route(route)));
    for (const auto& host : stale.hosts) {
        RouteCall call;
        call.destination = host.ip;
        call.prefix = host.ip.bits();
        sweep.note(remove_route(socket_, call));
        if (host.ip.four()) sweep.note(remove_route(socket_, call));  // and the fallback
        if (const auto at = index(host.global)) sweep.note(remove_proxy(socket_, host.ip, *at));
        if (const auto at = index(host.link)) sweep.note(remove_neighbour(socket_, host.ip, *at));
    }
    for (const auto& subnet : stale.subnets)
        sweep.note(remove_route(socket_, subnet_route(subnet)));
    for (const auto& link : stale.links) {
        if (!child(link.mode)) sweep.note(remove_link(socket_, link.name));
        indices_.erase(link.name);
    }
    return std::move(sweep).result();
}

}  // namespace network
