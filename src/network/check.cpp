#include <linux/rtnetlink.h>
#include <net/if.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "network/builder.h"
#include "network/interfaces.h"
#include "network/network.h"

namespace network {
namespace {

constexpr std::size_t most_interfaces = 16;

Error invalid(const std::string& text) { return {Kind::invalid, text}; }

Result<void> check_shape(const Wish& wish) {
    if (wish.key == 0 || wish.key > largest_key)
        return invalid(
            cat("the workload partition's id ", wish.key, " is not in 1..", largest_key));
    if (wish.interfaces.size() > most_interfaces)
        return invalid(cat("more than ", most_interfaces, " network interfaces"));
    std::set<std::string> names;
    std::set<Ip> ips;
    for (const auto& interface : wish.interfaces) {
        const auto& name = interface.name_inside();
        if (name.empty() || name.size() >= IFNAMSIZ || name == "lo" || has_control(name) ||
            name.find_first_of(" /:") != std::string::npos)
            return invalid(cat("'", printable(name), "' cannot be the name of an interface"));
        if (!names.insert(name).second)
            return invalid(cat("interface ", name, " is wished twice with different modes"));
        if (interface.addresses.empty()) return invalid(cat("interface ", name, " has no address"));
        for (const auto& address : interface.addresses) {
            TRY(check_host_address(address));
            if (!ips.insert(address.ip).second)
                return invalid(cat("address ", address.ip.text(), " is given twice"));
        }
    }
    return {};
}

std::string names_of(const std::vector<FoundLink>& links) {
    std::vector<std::string> names;
    for (const auto& link : links)
        if (link.group != link_group && !link.loopback) names.push_back(link.name);
    return names.empty() ? "none" : join(names, ", ");
}

Result<FoundLink> existing(netlink::Socket& socket, const std::string& name) {
    auto found = find_link(socket, name);
    if (found || found.error().kind != Kind::missing) return found;
    const auto links = TRY(list_links(socket));
    return Error{Kind::missing, cat("there is no interface '", printable(name),
                                    "'; there are: ", names_of(links))};
}

Result<void> check_mode(const FoundLink& link, Mode mode) {
    if (link.loopback) return invalid(cat("interface ", link.name, " is the loopback interface"));
    if (link.group == link_group)
        return invalid(cat("interface ", link.name, " belongs to a workload partition"));
    if (mode == Mode::bridge && link.kind != "bridge")
        return invalid(cat("interface ", link.name, " is not a bridge; mode=bridge needs one"));
    if (mode != Mode::bridge && link.master != 0 && mode != Mode::routed)
        return invalid(cat("interface ", link.name, " belongs to a bridge or bond; name that one"));
    return {};
}

// Every route needs a gateway that one of the addresses reaches directly.
Result<void> check_route(const Wish& wish, const Route& route) {
    const auto shown = cat("route to ", route.destination.text(), "/", route.prefix);
    if (route.destination.family != route.gateway.family)
        return invalid(
            cat(shown, ": gateway ", route.gateway.text(), " is of the other IP version"));
    if (route.prefix > route.destination.bits())
        return invalid(cat(shown, ": the prefix is too long"));
    const auto record = place(wish, {});
    if (!route.interface.empty() &&
        std::none_of(wish.interfaces.begin(), wish.interfaces.end(), [&](const Interface& one) {
            return one.global == route.interface || one.name_inside() == route.interface;
        }))
        return Error{Kind::missing, cat(shown, ": the workload partition has no interface '",
                                        printable(route.interface), "'")};
    for (const auto& interface : wish.interfaces)
        for (const auto& address : interface.addresses)
            if (address.ip == route.gateway)
                return invalid(cat(shown, ": the gateway is the workload partition itself"));
    if (way_of(record, route) != nullptr) return {};
    return invalid(cat(shown, ": gateway ", route.gateway.text(),
                       " is on no subnet of the workload partition's addresses"));
}

Result<void> check_free(netlink::Socket& socket, const Ledger& ledger, const Wish& wish,
                        const Ip& ip) {
    const auto taken = [&](const std::string& by) {
        return Error{Kind::exists, cat("address ", ip.text(), " is in use by ", by)};
    };
    const auto owner = ledger.owner(ip);
    if (owner == wish.key) return {};
    if (owner) return taken(ledger.name_of(*owner));
    const auto way = TRY(way_to(socket, ip));
    if (way.type == RTN_LOCAL) return taken("the global environment");
    if (way.type == RTN_BROADCAST)
        return invalid(
            cat("address ", ip.text(), " is a broadcast address of the global environment"));
    return {};
}

}  // namespace

Result<void> check(const Site& site, const Wish& wish) {
    TRY(check_shape(wish));
    for (const auto& route : wish.routes) TRY(check_route(wish, route));
    if (wish.interfaces.empty()) return {};
    auto socket = TRY(netlink::Socket::open(NETLINK_ROUTE));
    const auto ledger = TRY(Ledger::open(site));
    for (const auto& interface : wish.interfaces) {
        const auto link = TRY(existing(socket, interface.global));
        TRY(check_mode(link, interface.mode));
        for (const auto& address : interface.addresses)
            TRY(check_free(socket, ledger, wish, address.ip));
    }
    return {};
}

Result<void> check_up(const Wish& wish) {
    if (wish.interfaces.empty()) return {};
    auto socket = TRY(netlink::Socket::open(NETLINK_ROUTE));
    for (const auto& interface : wish.interfaces) {
        const auto link = TRY(existing(socket, interface.global).explained_by(checks::interfaces));
        if (link.up || interface.mode == Mode::bridge) continue;  // a port comes up with its bridge
        return Error{Kind::missing,
                     cat("interface ", printable(link.name),
                         " is down; bring it up: ", "ip link set ", shell_word(link.name), " up"),
                     ENETDOWN}
            .explained_by(checks::interfaces);
    }
    return {};
}

}  // namespace network
