// Internet addresses and masks as values; no name service is ever asked.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace spec {

enum class Family : std::uint8_t { inet, inet6 };

struct IpAddress {
    Family family = Family::inet;
    std::array<std::uint8_t, 16> bytes = {};  // network order; inet uses the first four
    auto operator<=>(const IpAddress&) const = default;
    unsigned bits() const { return family == Family::inet ? 32 : 128; }
};

std::optional<IpAddress> to_address(std::string_view text);  // either family
Result<IpAddress> parse_address(std::string_view text, Family family);
std::string show(const IpAddress& address);

/// "255.255.0.0" is 16. A mask with holes is refused.
Result<unsigned> parse_netmask(std::string_view text);
Result<unsigned> parse_prefix_length(std::string_view text, Family family);

IpAddress netmask(Family family, unsigned prefix);
IpAddress network_of(const IpAddress& address, unsigned prefix);
IpAddress broadcast_of(const IpAddress& address, unsigned prefix);  // all host bits set
bool same_network(const IpAddress& one, const IpAddress& other, unsigned prefix);

/// Why a WPAR cannot have this address ("it is a multicast address"), or nothing if it can.
std::optional<std::string_view> unusable(const IpAddress& address, std::optional<unsigned> prefix);

}  // namespace spec
