#include "os/packet.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace os {
namespace {

constexpr std::size_t text_limit = 8192;

struct Wire {
    std::uint32_t what = 0;
    bool failed = false;
    Kind kind = Kind::other;
    std::int32_t os_number = 0;
    std::uint32_t id_length = 0;  // the id comes first, then the name of the check, then the text
    std::uint32_t check_length = 0;
    std::uint32_t text_length = 0;
    char text[text_limit] = {};

    std::size_t size() const { return offsetof(Wire, text) + head() + text_length; }
    std::size_t head() const { return std::size_t{id_length} + check_length; }
    void set_head(const Error& error) {
        id_length = length(error.id, 64);
        check_length = length(error.check, 64);
        std::copy_n(error.check.begin(), check_length,
                    std::copy_n(error.id.begin(), id_length, text));
    }
    void set_text(std::string_view words) {
        text_length = length(words, text_limit - head());
        std::copy_n(words.begin(), text_length, text + head());
    }
    static std::uint32_t length(std::string_view words, std::size_t limit) {
        return static_cast<std::uint32_t>(std::min(words.size(), limit));
    }
};

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

Result<void> send(int socket, Wire& wire, int carried) {
    iovec part = {&wire, wire.size()};
    msghdr message = {};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    Control control;
    if (carried >= 0) attach(message, control, carried);
    while (::sendmsg(socket, &message, MSG_NOSIGNAL) < 0)
        if (errno != EINTR) return Error::os(errno, "sendmsg", "packet");
    return {};
}

Packet unpack(const Wire& wire, UniqueFd carried) {
    Packet packet;
    packet.what = wire.what;
    packet.carried = std::move(carried);
    packet.text.assign(wire.text + wire.head(), wire.text_length);
    if (wire.failed)
        packet.error =
            Error{wire.kind, packet.text, wire.os_number, std::string(wire.text, wire.id_length),
                  std::string(wire.text + wire.id_length, wire.check_length)};
    return packet;
}

}  // namespace

Result<PacketEnds> make_packet_ends() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return Error::os(errno, "socketpair", "packets");
    return PacketEnds{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

UniqueFd carried_by(msghdr& message) {
    for (auto* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part))
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(part), sizeof fd);
            return UniqueFd(fd);
        }
    return UniqueFd();
}

Result<void> send_packet(int socket, const PacketCall& call) {
    Wire wire;
    wire.what = call.what;
    wire.set_text(call.text);
    return send(socket, wire, call.carried);
}

void send_error(int socket, const Error& error) {
    Wire wire;
    wire.failed = true;
    wire.kind = error.kind;
    wire.os_number = error.os_number;
    wire.set_head(error);
    wire.set_text(error.text);
    (void)send(socket, wire, -1);  // see the header
}

Result<std::optional<Packet>> receive_packet(int socket) {
    Wire wire;
    iovec part = {&wire, sizeof wire};
    Control control;
    msghdr message = {};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    ssize_t got = -1;
    while ((got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {
    }
    if (got < 0 && errno != ECONNRESET) return Error::os(errno, "recvmsg", "packet");
    if (got <= 0) return std::optional<Packet>();
    auto carried = carried_by(message);
    if (wire.head() > text_limit || wire.text_length > text_limit - wire.head() ||
        static_cast<std::size_t>(got) != wire.size())
        return Error{Kind::other, "a packet between two of our processes is damaged"};
    return std::optional(unpack(wire, std::move(carried)));
}

}  // namespace os
