#include "network/interfaces.h"

#include <algorithm>
#include <set>

#include "network/link.h"
#include "network/route.h"
#include "os/dir.h"
#include "os/process.h"

namespace network {
namespace {

GlobalInterface describe(const FoundLink& link, const std::vector<LinkAddress>& addresses) {
    GlobalInterface interface;
    interface.name = link.name;
    interface.index = link.index;
    interface.up = link.up;
    interface.loopback = link.loopback;
    interface.bridge = link.kind == "bridge";
    interface.mtu = link.mtu;
    interface.mac = link.mac;
    for (const auto& entry : addresses)
        if (entry.link == link.index) interface.addresses.push_back(entry.address);
    return interface;
}

}  // namespace

Result<std::vector<GlobalInterface>> interfaces() {
    auto socket = TRY(netlink::Socket::open(NETLINK_ROUTE));
    auto links = TRY(list_links(socket));
    std::erase_if(links, [](const FoundLink& link) { return link.group == link_group; });
    const auto addresses = TRY(list_addresses(socket));
    std::vector<GlobalInterface> found;
    found.reserve(links.size());
    for (const auto& link : links) found.push_back(describe(link, addresses));
    return found;
}

std::optional<OnSubnet> on_subnet(const std::vector<GlobalInterface>& list, const Ip& ip) {
    std::optional<OnSubnet> best;
    for (const auto& interface : list) {
        if (!interface.up || interface.loopback) continue;
        for (const auto& address : interface.addresses) {
            if (!same_subnet(address.ip, ip, address.prefix)) continue;
            if (!best || address.prefix > best->address.prefix)
                best = OnSubnet{interface.name, address};
        }
    }
    return best;
}

// getent asks whatever the global environment asks (files, DNS, mDNS); a static program cannot.
Result<std::vector<Ip>> resolve(const std::string& name) {
    if (name.empty() || name.front() == '-' || has_control(name))
        return Error{Kind::invalid, cat("'", printable(name), "' is not a host name")};
    const auto ended = TRY(os::run({.arguments = {"timeout", "3", "getent", "ahosts", name}}));
    std::vector<Ip> found;
    for (const auto& line : split(ended.output, '\n')) {
        const auto word = words(line);
        if (word.empty()) continue;
        const auto ip = parse_ip(word.front());
        if (ip && std::find(found.begin(), found.end(), *ip) == found.end()) found.push_back(*ip);
    }
    if (!found.empty()) return found;
    constexpr int timed_out = 124;
    return Error{Kind::missing, cat("host name '", printable(name), "' ",
                                    ended.status == timed_out ? "was not resolved within 3 seconds"
                                                              : "has no address")};
}

Result<std::map<std::string, std::string>> parse_devmap(std::string_view text) {
    std::map<std::string, std::string> map;
    unsigned number = 0;
    for (const auto& line : split(text, '\n')) {
        ++number;
        const auto word = words(line.substr(0, line.find('#')));
        if (word.empty()) continue;
        if (word.size() != 2)
            return Error{Kind::invalid, cat("line ", number, ": expected 'mapname interface'")};
        if (!map.emplace(word[0], word[1]).second)
            return Error{Kind::invalid, cat("line ", number, ": '", printable(word[0]),
                                            "' is mapped a second time")};
    }
    return map;
}

Result<std::string> mapped_interface(const std::string& name, const std::string& devmap) {
    const auto text = os::read_file(devmap);
    if (!text && text.error().kind == Kind::missing) return name;
    if (!text) return text.error();
    const auto map = TRY(parse_devmap(*text).within(devmap));
    const auto mapped = map.find(name);
    return mapped == map.end() ? name : mapped->second;
}

}  // namespace network
