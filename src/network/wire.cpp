#include "network/wire.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include <cerrno>

namespace network {

Result<UniqueFd> open_wire(int link, std::uint16_t type) {
    UniqueFd wire(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!wire) return Error::os(errno, "socket", "packet");
    sockaddr_ll place = {};
    place.sll_family = AF_PACKET;
    place.sll_protocol = htons(type);
    place.sll_ifindex = link;
    if (::bind(wire.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0)
        return Error::os(errno, "bind packet socket to interface", cat(link));
    return wire;
}

Result<void> send_frame(int wire, const Frame& frame) {
    if (::send(wire, frame.data(), frame.size(), 0) >= 0) return {};
    return Error::os(errno, "send", "frame");
}

Result<void> announce(int link, const Mac& mac, std::span<const Ip> addresses) {
    const auto wire = TRY(open_wire(link, 0));
    for (const auto& ip : addresses)
        (void)send_frame(wire.get(), announcement(ip, mac));  // neighbours will ask anyway
    return {};
}

}  // namespace network
