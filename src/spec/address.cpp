#include "spec/address.h"

#include <arpa/inet.h>

#include <bit>

namespace spec {
namespace {

int kernel_family(Family family) { return family == Family::inet ? AF_INET : AF_INET6; }
std::string_view family_name(Family family) { return family == Family::inet ? "IPv4" : "IPv6"; }

std::optional<IpAddress> to_address(std::string_view text, Family family) {
    IpAddress address{family, {}};
    if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos)
        return std::nullopt;
    const std::string terminated(text);
    if (::inet_pton(kernel_family(family), terminated.c_str(), address.bytes.data()) != 1)
        return std::nullopt;
    return address;
}

template <class Combine>
IpAddress combined(const IpAddress& address, unsigned prefix, Combine combine) {
    auto result = address;
    const auto mask = netmask(address.family, prefix);
    for (std::size_t at = 0; at < address.bits() / 8; ++at)
        result.bytes[at] = static_cast<std::uint8_t>(combine(address.bytes[at], mask.bytes[at]));
    return result;
}

std::optional<std::string_view> unusable_inet(const IpAddress& address) {
    if (address.bytes[0] == 0) return "it is an unspecified address (0.0.0.0/8)";
    if (address.bytes[0] == 127) return "it is a loopback address, which every WPAR has of its own";
    if (address.bytes[0] >= 240) return "it is reserved (240.0.0.0/4)";
    if (address.bytes[0] >= 224) return "it is a multicast address";
    return std::nullopt;
}

std::optional<std::string_view> unusable_inet6(const IpAddress& address) {
    IpAddress loopback{Family::inet6, {}};
    if (address == loopback) return "it is the unspecified address";
    loopback.bytes[15] = 1;
    if (address == loopback) return "it is the loopback address, which every WPAR has of its own";
    if (address.bytes[0] == 0xff) return "it is a multicast address";
    if (address.bytes[0] == 0xfe && (address.bytes[1] & 0xc0) == 0x80)
        return "it is a link-local address, which the kernel assigns";
    IpAddress mapped{Family::inet6, {}};
    mapped.bytes[10] = mapped.bytes[11] = 0xff;
    if (network_of(address, 96) == mapped)
        return "it is an IPv4 address in IPv6 spelling; use address=";
    return std::nullopt;
}

}  // namespace

std::optional<IpAddress> to_address(std::string_view text) {
    const bool colon = text.find(':') != std::string_view::npos;
    return to_address(text, colon ? Family::inet6 : Family::inet);
}

Result<IpAddress> parse_address(std::string_view text, Family family) {
    if (const auto address = to_address(text, family)) return *address;
    return Error{Kind::invalid,
                 cat("'", printable(text), "' is not an ", family_name(family), " address")};
}

std::string show(const IpAddress& address) {
    char text[INET6_ADDRSTRLEN] = {};
    ::inet_ntop(kernel_family(address.family), address.bytes.data(), text, sizeof text);
    return text;
}

Result<unsigned> parse_netmask(std::string_view text) {
    const auto mask = to_address(text, Family::inet);
    if (!mask)
        return Error{Kind::invalid,
                     cat("'", printable(text), "' is not a netmask like 255.255.255.0")};
    const auto prefix = [&] {
        unsigned ones = 0;
        for (std::size_t at = 0; at < 4; ++at)
            ones += static_cast<unsigned>(std::popcount(mask->bytes[at]));
        return ones;
    }();
    if (*mask != netmask(Family::inet, prefix))
        return Error{Kind::invalid,
                     cat("netmask '", text, "' has holes: its ones must all come first")};
    if (prefix == 0) return Error{Kind::invalid, cat("netmask '", text, "' has no ones at all")};
    return prefix;
}

Result<unsigned> parse_prefix_length(std::string_view text, Family family) {
    const unsigned most = family == Family::inet ? 32 : 128;
    const auto number = to_number(text);
    if (!number || *number < 1 || *number > most)
        return Error{Kind::invalid,
                     cat("'", printable(text), "' is not a prefix length from 1 to ", most)};
    return static_cast<unsigned>(*number);
}

IpAddress netmask(Family family, unsigned prefix) {
    IpAddress mask{family, {}};
    for (unsigned bit = 0; bit < prefix && bit < mask.bits(); ++bit)
        mask.bytes[bit / 8] = static_cast<std::uint8_t>(mask.bytes[bit / 8] | (0x80U >> (bit % 8)));
    return mask;
}

IpAddress network_of(const IpAddress& address, unsigned prefix) {
    return combined(address, prefix, [](unsigned byte, unsigned mask) { return byte & mask; });
}

IpAddress broadcast_of(const IpAddress& address, unsigned prefix) {
    return combined(address, prefix,
                    [](unsigned byte, unsigned mask) { return byte | (mask ^ 0xff); });
}

bool same_network(const IpAddress& one, const IpAddress& other, unsigned prefix) {
    return one.family == other.family && network_of(one, prefix) == network_of(other, prefix);
}

std::optional<std::string_view> unusable(const IpAddress& address, std::optional<unsigned> prefix) {
    if (address.family == Family::inet6) return unusable_inet6(address);
    if (const auto why = unusable_inet(address)) return why;
    if (!prefix || *prefix > 30) return std::nullopt;  // point to point: every address is a host
    if (network_of(address, *prefix) == address) return "it is the address of the network itself";
    if (broadcast_of(address, *prefix) == address)
        return "it is the broadcast address of its network";
    return std::nullopt;
}

}  // namespace spec
