#include "network/plan.h"

#include <algorithm>

namespace network {
namespace {

template <class Item>
void add_once(std::vector<Item>& list, const Item& item) {
    if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

template <class Item>
std::vector<Item> without(const std::vector<Item>& one, const std::vector<Item>& other) {
    std::vector<Item> rest;
    for (const auto& item : one)
        if (std::find(other.begin(), other.end(), item) == other.end()) rest.push_back(item);
    return rest;
}

bool routed(const Placed& placed) { return placed.interface.mode == Mode::routed; }

Ip any(int family) { return {family, {}}; }

// One record's way to its plan.
class Planner {
  public:
    Planner(std::uint32_t key, const Record& record) : key_(key), record_(record) {}
    Plan run() {
        for (const auto& placed : record_.interfaces) {
            add_link(placed);
            for (const auto& address : placed.interface.addresses) add_address(placed, address);
            if (!record_.isolated) add_defaults(placed);
        }
        for (const auto& route : record_.routes) add_route(route);
        if (record_.isolated)
            for (const int family : {AF_INET, AF_INET6}) add_end(family);
        return std::move(plan_);
    }

  private:
    std::string link(const Placed& placed) const { return link_name(key_, placed.index); }

    void add_link(const Placed& placed) {
        const auto& interface = placed.interface;
        if (interface.addresses.empty()) return;
        plan_.links.push_back({link(placed), interface.global, interface.name_inside(),
                               interface.mode, placed.index, interface.addresses.front().ip});
    }

    void add_address(const Placed& placed, const Address& address) {
        plan_.addresses.push_back({placed.interface.name_inside(), address, routed(placed)});
        if (placed.interface.mode == Mode::bridge) {
            const auto mac = inner_mac(placed.interface.addresses.front().ip);
            plan_.sources.push_back({link(placed), address.ip, true, mac});
        }
        if (routed(placed)) add_routed(placed, address);
    }

    void add_routed(const Placed& placed, const Address& address) {
        const auto& global = placed.interface.global;
        const auto subnet = subnet_of(address.ip, address.prefix);
        const Address network{subnet, address.prefix, {}};
        plan_.hosts.push_back({address.ip, link(placed), placed.interface.name_inside(), global});
        if (address.prefix < address.ip.bits())
            add_once(plan_.subnets, PlannedSubnet{subnet, address.prefix, global});
        for (const auto& other : record_.interfaces)  // an answer may leave by another interface
            if (routed(other)) plan_.sources.push_back({link(other), address.ip, false, {}});
        if (!address.ip.four())  // IPv6 neighbours are asked for one by one: the router instead
            add_once(plan_.inner_routes,
                     PlannedInnerRoute{placed.interface.name_inside(), global, subnet,
                                       address.prefix, outer_link_local(), true});
        if (record_.isolated)
            add_once(plan_.rules, PlannedRule{link(placed), address.ip.family, network});
    }

    // The first interface of each family carries the default route, as the global environment's one.
    void add_defaults(const Placed& placed) {
        for (const auto& address : placed.interface.addresses) {
            const int family = address.ip.family;
            const bool there = std::any_of(
                plan_.inner_routes.begin(), plan_.inner_routes.end(), [&](const auto& route) {
                    return route.prefix == 0 && route.destination.family == family;
                });
            if (there) continue;
            PlannedInnerRoute route{
                placed.interface.name_inside(), placed.interface.global, any(family), 0, {}, false};
            if (routed(placed)) {
                route.gateway = address.ip.four() ? inner_gateway() : outer_link_local();
                route.known = true;
            }
            plan_.inner_routes.push_back(route);
        }
    }

    void add_route(const Route& route) {
        const auto* way = way_of(record_, route);
        if (way == nullptr) return;  // its gateway is on no subnet; check() said so
        plan_.inner_routes.push_back({way->interface.name_inside(), way->interface.global,
                                      route.destination, route.prefix, route.gateway,
                                      routed(*way)});
        if (routed(*way))
            plan_.table_routes.push_back(
                {route.destination, route.prefix, route.gateway, way->interface.global});
    }

    // With its own routing nothing else is reachable, whatever the global environment's routes are.
    void add_end(int family) {
        bool used = false;
        for (const auto& placed : record_.interfaces) {
            const auto& addresses = placed.interface.addresses;
            const bool has =
                std::any_of(addresses.begin(), addresses.end(),
                            [&](const auto& address) { return address.ip.family == family; });
            if (!routed(placed) || !has) continue;
            plan_.rules.push_back({link(placed), family, {}});
            used = true;
        }
        const bool given = std::any_of(
            plan_.table_routes.begin(), plan_.table_routes.end(), [&](const auto& route) {
                return route.prefix == 0 && route.destination.family == family;
            });
        if (used && !given) plan_.table_routes.push_back({any(family), 0, {}, {}});
    }

    std::uint32_t key_;
    const Record& record_;
    Plan plan_;
};

}  // namespace

Plan plan(std::uint32_t key, const Record& record) { return Planner(key, record).run(); }

Plan without(const Plan& one, const Plan& other) {
    return {without(one.links, other.links),
            without(one.addresses, other.addresses),
            without(one.inner_routes, other.inner_routes),
            without(one.hosts, other.hosts),
            without(one.subnets, other.subnets),
            without(one.rules, other.rules),
            without(one.table_routes, other.table_routes),
            without(one.sources, other.sources)};
}

const Placed* way_of(const Record& record, const Route& route) {
    for (const auto& placed : record.interfaces) {
        const auto& interface = placed.interface;
        if (!route.interface.empty() && route.interface != interface.name_inside() &&
            route.interface != interface.global)
            continue;
        for (const auto& address : interface.addresses)
            if (same_subnet(address.ip, route.gateway, address.prefix)) return &placed;
    }
    return nullptr;
}

}  // namespace network
