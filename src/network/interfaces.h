// The global environment's interfaces, for defaults and messages.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "network/address.h"

namespace network {

struct GlobalInterface {
    std::string name = {};
    int index = 0;
    bool up = false;
    bool loopback = false;
    bool bridge = false;
    unsigned mtu = 1500;
    std::array<std::uint8_t, 6> mac = {};
    std::vector<Address> addresses = {};
};

/// All but the WPARs' own; in the kernel's order.
Result<std::vector<GlobalInterface>> interfaces();

/// The active interface (never loopback) with an address on whose subnet `ip` is, the longest prefix first; the
/// default of `interface=`. Also says which address that is: its prefix is the default of `netmask=`.
struct OnSubnet {
    std::string interface = {};
    Address address = {};
};
std::optional<OnSubnet> on_subnet(const std::vector<GlobalInterface>& list, const Ip& ip);

/// Addresses of a host name as the global environment resolves it (getent, three seconds at most); Kind::missing.
Result<std::vector<Ip>> resolve(const std::string& name);

/// /etc/wpars/devmap: lines `mapname interface`, `#` comments.
Result<std::map<std::string, std::string>> parse_devmap(std::string_view text);
/// The interface that `name` maps to, `name` itself when it is not mapped or there is no such file.
Result<std::string> mapped_interface(const std::string& name,
                                     const std::string& devmap = "/etc/wpars/devmap");

}  // namespace network
