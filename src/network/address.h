// IP addresses as values: parsing, showing, masks. Pure; nothing here asks the machine.
#pragma once
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace network {

struct Ip {
    int family = AF_INET;                     // or AF_INET6
    std::array<std::uint8_t, 16> bytes = {};  // network order; IPv4 uses the first four
    bool operator==(const Ip&) const = default;
    auto operator<=>(const Ip&) const = default;
    bool four() const { return family == AF_INET; }
    unsigned bits() const { return four() ? 32 : 128; }
    std::size_t size() const { return four() ? 4 : 16; }
    std::string text() const;
};

/// An address of a WPAR with the prefix of its subnet.
struct Address {
    Ip ip = {};
    unsigned prefix = 0;
    std::optional<Ip> broadcast = {};  // IPv4; none: all host bits set
    bool operator==(const Address&) const = default;
    std::string text() const;  // 192.168.21.136/16
};

Result<Ip> parse_ip(std::string_view text);  // numeric only; Kind::invalid
/// "255.255.0.0" or "16" (also "ffff:…" is refused: IPv6 masks are written as a length).
Result<unsigned> parse_netmask(std::string_view text, int family);
std::string show_netmask(unsigned prefix);  // IPv4: 16 is "255.255.0.0"

/// The address with all host bits cleared, or set.
Ip subnet_of(const Ip& ip, unsigned prefix);
Ip last_of(const Ip& ip, unsigned prefix);
bool same_subnet(const Ip& one, const Ip& other, unsigned prefix);
/// Whether a host may have it: not unspecified, multicast, loopback, link-local, network or broadcast address.
Result<void> check_host_address(const Address& address);

}  // namespace network
