// The few Ethernet frames that we write and read ourselves: ARP and IPv6 neighbour discovery.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "network/names.h"

namespace network {

using Frame = std::vector<std::uint8_t>;

/// Tells all neighbours where an address is now (gratuitous ARP, unsolicited neighbour advertisement).
Frame announcement(const Ip& ip, const Mac& mac);

struct Question {
    Ip asked = {};
    Mac mac = {};                 // of the interface it leaves by
    std::optional<Ip> from = {};  // without: a duplicate address probe, which proxies do not answer
};
Frame question(const Question& question);

/// Who says that it has which address, if the frame says so.
struct Holder {
    Ip ip = {};
    Mac mac = {};
};
std::optional<Holder> holder_in(std::span<const std::uint8_t> frame);

}  // namespace network
