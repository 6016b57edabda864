#include <algorithm>
#include <map>

#include "network/interfaces.h"
#include "partition/wishes.h"
#include "registry/paths.h"

namespace partition {
namespace {

bool is_four(const spec::Network& wanted) { return !wanted.address.empty(); }

Result<network::Address> address_of(const spec::Network& wanted) {
    network::Address address;
    const auto& text = is_four(wanted) ? wanted.address : wanted.address6;
    address.ip = TRY(network::parse_ip(text));
    const auto& mask = is_four(wanted) ? wanted.netmask : wanted.prefixlen;
    address.prefix =
        TRY(network::parse_netmask(mask, address.ip.family).within("-N address=", text));
    if (!wanted.broadcast.empty()) address.broadcast = TRY(network::parse_ip(wanted.broadcast));
    return address;
}

std::string names_of(const std::vector<network::GlobalInterface>& list) {
    std::vector<std::string> names;
    for (const auto& interface : list)
        if (!interface.loopback) names.push_back(interface.name);
    return names.empty() ? "none" : join(names, ", ");
}

Result<void> complete(spec::Network& wanted, const std::vector<network::GlobalInterface>& list) {
    const auto& text = is_four(wanted) ? wanted.address : wanted.address6;
    if (text.empty())
        return Error{
            Kind::missing,
            cat("-N interface=", wanted.interface,
                " names no address, and the workload partition's name resolves to none on its "
                "subnet; add address= or address6=")};
    const auto ip = TRY(network::parse_ip(text));
    const auto found = network::on_subnet(list, ip);
    if (wanted.interface.empty() && !found)
        return Error{Kind::missing, cat("address ", text,
                                        " is on no subnet of a global interface; name one with "
                                        "interface= (there are: ",
                                        names_of(list), ")")};
    if (wanted.interface.empty()) wanted.interface = found->interface;
    auto& mask = is_four(wanted) ? wanted.netmask : wanted.prefixlen;
    if (!mask.empty()) return {};
    if (found)
        mask = is_four(wanted) ? network::show_netmask(found->address.prefix)
                               : std::to_string(found->address.prefix);
    else
        mask = is_four(wanted) ? "255.255.255.255" : "128";  // on no subnet: a host address
    return {};
}

// A command asks once: what it checked is what it does.
const Result<std::vector<network::Ip>>& resolved(const std::string& name) {
    static std::map<std::string, Result<std::vector<network::Ip>>> known;
    const auto found = known.find(name);
    return found != known.end() ? found->second
                                : known.emplace(name, network::resolve(name)).first->second;
}

// AIX: without -N, the address that the name resolves to, if it is on the subnet of a global interface.
Result<void> add_resolved(spec::Definition& definition,
                          const std::vector<network::GlobalInterface>& list) {
    const auto& found = resolved(definition.hostname());
    if (!found) return {};  // then it has only its loopback
    for (const auto& ip : *found) {
        if (!network::on_subnet(list, ip)) continue;
        const auto own = [&](const network::GlobalInterface& interface) {
            return std::any_of(interface.addresses.begin(), interface.addresses.end(),
                               [&](const auto& address) { return address.ip == ip; });
        };
        if (std::any_of(list.begin(), list.end(), own)) continue;  // the host's own name
        spec::Network wanted;
        (ip.four() ? wanted.address : wanted.address6) = ip.text();
        definition.networks.push_back(std::move(wanted));
    }
    return {};
}

Result<network::Route> route_of(const spec::Route& wanted) {
    network::Route route;
    route.gateway = TRY(network::parse_ip(wanted.rtgateway).within("-I rtgateway"));
    route.interface = wanted.rtinterface;
    route.destination.family = route.gateway.family;
    if (wanted.rtdest == "default") return route;
    route.destination = TRY(network::parse_ip(wanted.rtdest).within("-I rtdest"));
    route.prefix = route.destination.bits();
    if (!wanted.rtnetmask.empty())
        route.prefix = TRY(network::parse_netmask(wanted.rtnetmask, route.destination.family));
    else if (!wanted.rtprefixlen.empty())
        route.prefix = TRY(network::parse_netmask(wanted.rtprefixlen, route.destination.family));
    else if (wanted.rttype == "net")
        return Error{Kind::invalid, cat("-I rtdest=", wanted.rtdest,
                                        " rttype=net needs rtnetmask= or rtprefixlen=")};
    return route;
}

// Names of hosts are allowed in -I, as on AIX.
Result<std::string> as_address(const std::string& host) {
    if (host == "default" || network::parse_ip(host)) return host;
    const auto found = TRY(resolved(host));
    return found.front().text();
}

Result<std::string> interface_of(const spec::Network& wanted) {
    return network::mapped_interface(wanted.interface);
}

}  // namespace

network::Site network_site() { return {.state = cat(registry::paths::runtime, "/.network")}; }

Result<void> complete_networks(spec::Definition& definition) {
    const auto list = TRY(network::interfaces());
    if (definition.networks.empty() && definition.system()) TRY(add_resolved(definition, list));
    for (auto& wanted : definition.networks) TRY(complete(wanted, list));
    for (auto& route : definition.routes) {
        route.rtdest = TRY(as_address(route.rtdest));
        route.rtgateway = TRY(as_address(route.rtgateway));
    }
    if (!definition.routes.empty()) definition.general.routing = true;
    return {};
}

Result<network::Wish> network_wish(const spec::Definition& definition) {
    network::Wish wish;
    wish.key = definition.general.key;
    wish.name = definition.name();
    wish.own_routing = definition.general.routing;
    for (const auto& wanted : definition.networks) {
        const auto global = TRY(interface_of(wanted));
        const auto mode = TRY(network::parse_mode(wanted.mode));
        auto known = std::find_if(wish.interfaces.begin(), wish.interfaces.end(),
                                  [&](const auto& one) { return one.global == global; });
        if (known == wish.interfaces.end()) {
            wish.interfaces.push_back({.global = global, .inside = wanted.interface, .mode = mode});
            known = std::prev(wish.interfaces.end());
        }
        if (known->mode != mode)
            return Error{Kind::invalid,
                         cat("-N interface=", wanted.interface,
                             ": all addresses on one interface need the same mode=")};
        known->addresses.push_back(TRY(address_of(wanted)));
    }
    for (const auto& route : definition.routes) wish.routes.push_back(TRY(route_of(route)));
    return wish;
}

}  // namespace partition
