// What our things are called in the kernel: all follows from a WPAR's key and its addresses, so that a command that
// finds them after a crash knows whose they are, and a WPAR that is restored elsewhere looks the same.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "network/address.h"

namespace network {

using Mac = std::array<std::uint8_t, 6>;
std::string show_mac(const Mac& mac);

/// Interface group of all outer ends ("wpar"): the guard's rules and listings know them by it.
constexpr std::uint32_t link_group = 0x77706172;
/// Marks our routes and rules (rtm_protocol, FRA_PROTOCOL).
constexpr std::uint8_t route_protocol = 'W';
/// Rules of a WPAR with its own routing: first its subnets by the main table, then its table, then no further.
constexpr std::uint32_t subnet_rule_priority = 4190;
constexpr std::uint32_t table_rule_priority = 4191;
constexpr std::uint32_t largest_key = 8191;

std::string link_name(std::uint32_t key, unsigned index);  // cor12n0
/// The key in a name of that form.
std::optional<std::uint32_t> key_of_link(std::string_view name);
std::uint32_t route_table(std::uint32_t key);
/// Metric of the subnet routes that a WPAR brings; never better than a route of anybody else.
std::uint32_t subnet_metric(std::uint32_t key);

/// MAC inside, from the interface's first address: locally administered, as unique as the address is.
Mac inner_mac(const Ip& first);
/// MAC of every outer end of a routed veth: constant, so that what a WPAR remembers holds on the next host too.
constexpr Mac outer_mac = {0x0a, 0x57, 0x50, 0x41, 0x52, 0x01};
/// MAC of a bridge port: high, since a bridge takes the lowest of its ports'.
Mac port_mac(const Mac& inner);

/// IPv4 gateway inside; IPv6 neighbours of a routed interface are reached through outer_link_local.
Ip inner_gateway();                // 169.254.1.1
Ip outer_link_local();             // fe80::1
Ip link_local_of(const Mac& mac);  // modified EUI-64

}  // namespace network
