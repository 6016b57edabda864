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
/// Tells everybody on the wire where addresses are. In a process of its own that nobody waits for: the kernel takes ten
/// milliseconds to close a packet socket.
struct Announcement {
    int link = 0;
    Mac mac = {};
    std::vector<Ip> addresses = {};
};
void announce_aside(const std::vector<Announcement>& announcements);

}  // namespace network
