// Packets between two processes of ours that share a socket pair: a number with a text and perhaps a descriptor, or a
// whole Error, so that the administrator reads the words of the process that failed.
#pragma once
#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace os {

struct PacketEnds {
    UniqueFd one;
    UniqueFd other;
};
/// Close-on-exec: the end of a process that executes something closes.
Result<PacketEnds> make_packet_ends();
/// The descriptor that came with a message of recvmsg(2), if one did.
UniqueFd carried_by(msghdr& message);

struct PacketCall {
    std::uint32_t what = 0;
    std::string_view text = {};  // what is longer than a packet is cut
    int carried = -1;            // a descriptor to hand over
};
Result<void> send_packet(int socket, const PacketCall& call);
/// A reader that is gone learns nothing, and needs nothing.
void send_error(int socket, const Error& error);

struct Packet {
    std::uint32_t what = 0;
    std::string text = {};
    UniqueFd carried = UniqueFd();
    std::optional<Error> error = {};  // the sender failed
};
/// Waits for one. Nothing when the other end is closed.
Result<std::optional<Packet>> receive_packet(int socket);

}  // namespace os
