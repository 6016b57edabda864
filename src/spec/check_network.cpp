#include <algorithm>
#include <optional>

#include "spec/address.h"
#include "spec/problems.h"

namespace spec {
namespace {

constexpr std::string_view modes[] = {"routed", "macvlan", "ipvlan", "bridge"};

void check_interface(std::string_view interface, std::string_view what, Problems& problems) {
    const auto allowed = cat(letters, digits, "_.@-");
    if (interface.empty()) return;
    if (interface.size() > 63 || interface == "." || interface == ".." ||
        interface.front() == '-' || !consists_of(interface, allowed))
        problems.add(what, ": '", printable(interface), "' is not the name of an interface");
}

std::optional<unsigned> check_netmask(const Network& network, std::string_view what,
                                      Problems& problems) {
    if (network.netmask.empty()) return std::nullopt;
    const auto prefix = parse_netmask(network.netmask);
    if (!problems.expect(prefix, what)) return std::nullopt;
    return *prefix;
}

void check_inet(const Network& network, std::string_view what, Problems& problems) {
    const auto prefix = check_netmask(network, what, problems);
    if (!network.prefixlen.empty())
        problems.add(what, ": prefixlen belongs to address6; an IPv4 address takes netmask");
    if (!network.broadcast.empty())
        problems.expect(parse_address(network.broadcast, Family::inet), cat(what, ": broadcast"));
    const auto address = parse_address(network.address, Family::inet);
    if (!problems.expect(address, what)) return;
    if (const auto why = unusable(*address, prefix)) return problems.add(what, ": ", *why);
    const auto broadcast = spec::to_address(network.broadcast);
    if (prefix && broadcast && !same_network(*address, *broadcast, *prefix))
        problems.add(what, ": broadcast '", network.broadcast, "' is not in its network");
}

void check_inet6(const Network& network, std::string_view what, Problems& problems) {
    if (!network.netmask.empty() || !network.broadcast.empty())
        problems.add(what,
                     ": netmask and broadcast belong to IPv4; an IPv6 address takes prefixlen");
    if (!network.prefixlen.empty())
        problems.expect(parse_prefix_length(network.prefixlen, Family::inet6), what);
    const auto address = parse_address(network.address6, Family::inet6);
    if (!problems.expect(address, what)) return;
    if (const auto why = unusable(*address, std::nullopt)) problems.add(what, ": ", *why);
}

void check_network(const Network& network, std::string_view what, Problems& problems) {
    check_interface(network.interface, what, problems);
    if (!network.mode.empty() &&
        std::find(std::begin(modes), std::end(modes), network.mode) == std::end(modes))
        problems.add(what, ": mode '", printable(network.mode),
                     "' is none of routed, macvlan, ipvlan, bridge");
    if (!network.address.empty() && !network.address6.empty())
        return problems.add(what,
                            ": address and address6 cannot stand in one entry; give each its own");
    if (!network.address.empty()) return check_inet(network, what, problems);
    if (!network.address6.empty()) return check_inet6(network, what, problems);
    // the address follows from the name later on, but what is said about it must make sense now
    (void)check_netmask(network, what, problems);
    if (!network.broadcast.empty())
        problems.add(what, ": broadcast needs the address it belongs to");
    if (!network.prefixlen.empty()) problems.add(what, ": prefixlen needs address6");
}

// --- routes

Family family_of(const Route& route, const std::optional<IpAddress>& destination,
                 const std::optional<IpAddress>& gateway) {
    if (destination) return destination->family;
    if (gateway) return gateway->family;
    return route.rtfamily == "inet6" ? Family::inet6 : Family::inet;
}

void check_destination(const Route& route, std::string_view what, Problems& problems) {
    if (route.rtdest.empty())
        return problems.add(what, ": rtdest is missing; give a network, host or default");
    if (route.rtdest != "default" && !spec::to_address(route.rtdest))
        problems.expect(check_hostname(route.rtdest), cat(what, ": rtdest"));
    if (!route.rtgateway.empty() && !spec::to_address(route.rtgateway))
        problems.expect(check_hostname(route.rtgateway), cat(what, ": rtgateway"));
    if (route.rtgateway.empty() && route.rtinterface.empty())
        problems.add(what, ": it needs rtgateway or rtinterface");
    check_interface(route.rtinterface, cat(what, ": rtinterface"), problems);
}

void check_words(const Route& route, std::string_view what, Problems& problems) {
    if (!route.rttype.empty() && route.rttype != "net" && route.rttype != "host")
        problems.add(what, ": rttype '", printable(route.rttype), "' is neither net nor host");
    if (!route.rtfamily.empty() && route.rtfamily != "inet" && route.rtfamily != "inet6")
        problems.add(what, ": rtfamily '", printable(route.rtfamily),
                     "' is neither inet nor inet6");
    const bool masked = !route.rtnetmask.empty() || !route.rtprefixlen.empty();
    if (!route.rtnetmask.empty() && !route.rtprefixlen.empty())
        problems.add(what, ": rtnetmask and rtprefixlen say the same; give one of them");
    if (masked && route.rttype == "host") problems.add(what, ": a route to a host takes no mask");
    if (masked && route.rtdest == "default")
        problems.add(what, ": the default route takes no mask");
}

std::optional<unsigned> check_length(const Route& route, Family family, std::string_view what,
                                     Problems& problems) {
    const bool masked = !route.rtnetmask.empty();
    if (masked && family == Family::inet6) {
        problems.add(what, ": rtnetmask is for IPv4; give rtprefixlen");
        return std::nullopt;
    }
    if (!masked && route.rtprefixlen.empty()) return std::nullopt;
    const auto prefix =
        masked ? parse_netmask(route.rtnetmask) : parse_prefix_length(route.rtprefixlen, family);
    if (!problems.expect(prefix, what)) return std::nullopt;
    return *prefix;
}

void check_route(const Route& route, Problems& problems) {
    const auto what = cat("route '", printable(route.rtdest), "'");
    check_destination(route, what, problems);
    check_words(route, what, problems);
    const auto destination = spec::to_address(route.rtdest);
    const auto gateway = spec::to_address(route.rtgateway);
    const auto family = family_of(route, destination, gateway);
    if (destination && gateway && destination->family != gateway->family)
        problems.add(what, ": destination and gateway '", route.rtgateway,
                     "' are of different families");
    const auto said = route.rtfamily == "inet6" ? Family::inet6 : Family::inet;
    if (!route.rtfamily.empty() && (destination || gateway) && said != family)
        problems.add(what, ": rtfamily ", route.rtfamily, " contradicts its addresses");
    const auto prefix = check_length(route, family, what, problems);
    if (destination && prefix && network_of(*destination, *prefix) != *destination)
        problems.add(what, ": it has bits behind its mask; is ",
                     show(network_of(*destination, *prefix)), " meant?");
}

}  // namespace

void check_networks(const Definition& definition, Problems& problems) {
    std::vector<IpAddress> seen;
    for (const auto& network : definition.networks) {
        const auto& text = network.address.empty() ? network.address6 : network.address;
        check_network(network, cat("network '", printable(text), "'"), problems);
        const auto address = spec::to_address(text);
        if (!address) continue;
        if (std::find(seen.begin(), seen.end(), *address) != seen.end())
            problems.add("network '", text, "': the address comes twice");
        seen.push_back(*address);
    }
    const auto nameless = std::count_if(
        definition.networks.begin(), definition.networks.end(),
        [](const Network& each) { return each.address.empty() && each.address6.empty(); });
    if (nameless > 1)
        problems.add(
            "network: only one entry can go without an address, as only one follows from the name");
}

void check_routes(const Definition& definition, Problems& problems) {
    for (const auto& route : definition.routes) check_route(route, problems);
    for (auto one = definition.routes.begin(); one != definition.routes.end(); ++one)
        if (std::find(definition.routes.begin(), one, *one) != one)
            problems.add("route '", printable(one->rtdest), "': it comes twice");
}

}  // namespace spec
