// Frames on an interface, past the kernel's own addressing.
#pragma once
#include <span>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "network/packet.h"

namespace network {

/// A packet socket on the interface, for frames of one Ethernet type; 0: for sending only.
Result<UniqueFd> open_wire(int link, std::uint16_t type);
Result<void> send_frame(int wire, const Frame& frame);
/// Announces addresses on an interface, both as good as unheard when the wire is down.
Result<void> announce(int link, const Mac& mac, std::span<const Ip> addresses);

}  // namespace network
