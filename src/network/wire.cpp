#include "network/wire.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "os/child.h"

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

void announce_aside(const std::vector<Announcement>& announcements) {
    if (announcements.empty()) return;
    const pid_t child = ::fork();
    if (child < 0) return;  // neighbours will ask anyway
    if (child > 0) {
        (void)os::reap(child);
        return;
    }
    if (::fork() != 0)
        ::_exit(0);  // the grandchild is nobody's: no zombie, no signal to the caller
    (void)::close_range(0, ~0U, 0);  // above all the caller's locks and pipes
    for (const auto& [link, mac, addresses] : announcements)
        if (const auto wire = open_wire(link, 0))
            for (const auto& ip : addresses) (void)send_frame(wire->get(), announcement(ip, mac));
    ::_exit(0);
}

}  // namespace network
