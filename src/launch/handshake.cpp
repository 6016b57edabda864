#include "launch/handshake.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

namespace launch {
namespace {

constexpr std::size_t text_limit = 4096;

struct Packet {
    Stage stage = Stage::failed;
    Kind kind = Kind::other;
    std::int32_t os_number = 0;
    std::uint32_t id_length = 0;  // the id's text comes first, then the error's
    std::uint32_t text_length = 0;
    char text[text_limit] = {};
};
constexpr std::size_t head = offsetof(Packet, text);

struct Control {
    alignas(cmsghdr) char bytes[CMSG_SPACE(sizeof(int))] = {};
};

void attach(msghdr& message, Control& control, int carried) {
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    auto* part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof carried);
    std::memcpy(CMSG_DATA(part), &carried, sizeof carried);
}

UniqueFd carried_by(msghdr& message) {
    const auto* part = CMSG_FIRSTHDR(&message);
    if (part == nullptr || part->cmsg_type != SCM_RIGHTS) return UniqueFd();
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(part), sizeof fd);
    return UniqueFd(fd);
}

Result<void> send(int socket, Packet& packet, int carried) {
    iovec part = {&packet, head + packet.id_length + packet.text_length};
    msghdr message = {};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    Control control;
    if (carried >= 0) attach(message, control, carried);
    while (::sendmsg(socket, &message, MSG_NOSIGNAL) < 0)
        if (errno != EINTR) return Error::os(errno, "sendmsg", "handshake");
    return {};
}

struct Received {
    Packet packet = {};
    UniqueFd carried = UniqueFd();
};

// Nothing at end of file.
Result<std::optional<Received>> receive(int socket) {
    Received received;
    iovec part = {&received.packet, sizeof received.packet};
    Control control;
    msghdr message = {};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    ssize_t got = -1;
    while ((got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {
    }
    if (got < 0 && errno != ECONNRESET) return Error::os(errno, "recvmsg", "handshake");
    if (got <= 0) return std::optional<Received>();
    received.carried = carried_by(message);
    const auto& packet = received.packet;
    if (static_cast<std::size_t>(got) != head + packet.id_length + packet.text_length)
        return Error{Kind::other, "a packet of the handshake is damaged"};
    return std::optional(std::move(received));
}

Error error_in(const Packet& packet) {
    const std::string_view all(packet.text, packet.id_length + packet.text_length);
    return {packet.kind, std::string(all.substr(packet.id_length)), packet.os_number,
            std::string(all.substr(0, packet.id_length))};
}

}  // namespace

Result<Channels> make_channels() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return Error::os(errno, "socketpair", "handshake");
    return Channels{Channel(UniqueFd(ends[0])), Channel(UniqueFd(ends[1]))};
}

Result<void> Channel::tell(Stage stage, int carried) const {
    Packet packet;
    packet.stage = stage;
    return send(fd(), packet, carried);
}

void Channel::fail(const Error& error) const {
    Packet packet;
    packet.kind = error.kind;
    packet.os_number = error.os_number;
    const auto id = error.id.substr(0, 64);
    const auto text = error.text.substr(0, text_limit - id.size());
    packet.id_length = static_cast<std::uint32_t>(id.size());
    packet.text_length = static_cast<std::uint32_t>(text.size());
    std::copy(text.begin(), text.end(), std::copy(id.begin(), id.end(), packet.text));
    (void)send(fd(), packet, -1);  // the other side is gone: nobody is left to tell
}

Result<UniqueFd> Channel::wait_for(Stage stage) const {
    auto received = TRY(receive(fd()));
    if (!received)
        return Error{Kind::interrupted, "the process at the other end of the start was killed"};
    if (received->packet.stage == Stage::failed) return error_in(received->packet);
    if (received->packet.stage != stage) return Error{Kind::other, "the handshake is out of step"};
    return std::move(received->carried);
}

Result<void> Channel::wait_closed() const {
    const auto received = TRY(receive(fd()));
    if (!received) return {};
    return error_in(received->packet);
}

}  // namespace launch
