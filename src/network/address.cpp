#include "network/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <bit>

namespace network {
namespace {

Ip each_host_bit(const Ip& ip, unsigned prefix, bool set) {
    Ip made = ip;
    for (unsigned bit = prefix; bit < ip.bits(); ++bit) {
        const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
        auto& byte = made.bytes[bit / 8];
        byte = static_cast<std::uint8_t>(set ? byte | mask : byte & ~mask);
    }
    return made;
}

bool all_are(const Ip& ip, std::uint8_t value) {
    return std::all_of(ip.bytes.begin(), ip.bytes.begin() + static_cast<std::ptrdiff_t>(ip.size()),
                       [&](std::uint8_t byte) { return byte == value; });
}

// What the address is when it cannot be a host's; empty when it can.
std::string_view what_else(const Ip& ip) {
    const auto* byte = ip.bytes.data();
    if (all_are(ip, 0)) return "the unspecified address";
    if (ip.four()) {
        if (byte[0] == 127) return "a loopback address";
        if (byte[0] == 169 && byte[1] == 254) return "a link-local address";
        if (byte[0] >= 224 && byte[0] < 240) return "a multicast address";
        if (byte[0] >= 240 || byte[0] == 0) return "a reserved address";
        return {};
    }
    if (byte[0] == 0xff) return "a multicast address";
    if (byte[0] == 0xfe && (byte[1] & 0xc0) == 0x80) return "a link-local address";
    if (byte[15] == 1 && std::all_of(byte, byte + 15, [](auto b) { return b == 0; }))
        return "the loopback address";
    if (std::all_of(byte, byte + 10, [](auto b) { return b == 0; }) && byte[10] == 0xff)
        return "an IPv4 address in IPv6 form";
    return {};
}

}  // namespace

std::string Ip::text() const {
    char shown[INET6_ADDRSTRLEN] = {};
    ::inet_ntop(family, bytes.data(), shown, sizeof shown);
    return shown;
}

std::string Address::text() const { return cat(ip.text(), "/", prefix); }

Result<Ip> parse_ip(std::string_view text) {
    const std::string whole(text);
    Ip ip;
    ip.family = whole.find(':') == std::string::npos ? AF_INET : AF_INET6;
    // a NUL would end the C string early and let the rest pass unread
    if (whole.find('\0') == std::string::npos &&
        ::inet_pton(ip.family, whole.c_str(), ip.bytes.data()) == 1)
        return ip;
    return Error{Kind::invalid, cat("'", printable(text), "' is not an IP address")};
}

Result<unsigned> parse_netmask(std::string_view text, int family) {
    const unsigned most = family == AF_INET ? 32 : 128;
    const Error wrong{Kind::invalid, cat("'", printable(text), "' is not a ",
                                         family == AF_INET ? "netmask" : "prefix length")};
    if (const auto number = to_number(text)) {
        if (*number > most) return wrong;
        return static_cast<unsigned>(*number);
    }
    const auto mask = parse_ip(text);
    if (!mask || family != AF_INET || !mask->four()) return wrong;
    std::uint32_t bits = 0;
    for (unsigned i = 0; i < 4; ++i) bits = bits << 8 | mask->bytes[i];
    const auto ones = std::countl_one(bits);
    if (std::popcount(bits) != ones) return wrong;  // holes
    return static_cast<unsigned>(ones);
}

std::string show_netmask(unsigned prefix) {
    Ip ones;
    ones.bytes.fill(0xff);
    return subnet_of(ones, prefix).text();
}

Ip subnet_of(const Ip& ip, unsigned prefix) { return each_host_bit(ip, prefix, false); }
Ip last_of(const Ip& ip, unsigned prefix) { return each_host_bit(ip, prefix, true); }

bool same_subnet(const Ip& one, const Ip& other, unsigned prefix) {
    return one.family == other.family && subnet_of(one, prefix) == subnet_of(other, prefix);
}

Result<void> check_host_address(const Address& address) {
    const auto& ip = address.ip;
    const auto refuse = [&](std::string_view what) {
        return Error{Kind::invalid, cat("address ", ip.text(), " is ", what)};
    };
    if (address.prefix == 0 || address.prefix > ip.bits())
        return Error{Kind::invalid, cat("address ", ip.text(), ": a prefix length of ",
                                        address.prefix, " makes no subnet")};
    if (const auto what = what_else(ip); !what.empty()) return refuse(what);
    if (!ip.four() || address.prefix >= 31) return {};  // RFC 3021: two addresses, both usable
    if (ip == subnet_of(ip, address.prefix)) return refuse("the address of its network itself");
    if (ip == address.broadcast.value_or(last_of(ip, address.prefix)))
        return refuse("the broadcast address of its network");
    return {};
}

}  // namespace network
