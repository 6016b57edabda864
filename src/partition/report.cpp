#include "partition/report.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace partition {
namespace {

struct Header {
    bool failed = false;
    Kind kind = Kind::other;
    int os_number = 0;
    char id[16] = {};
    os::ProcessId init = {};
};
constexpr std::size_t longest = 8192;

struct Packet {
    Header header = {};
    char text[longest] = {};
};

void send(int writer, const Packet& packet, std::size_t text_size, int attached) {
    iovec part = {const_cast<Packet*>(&packet), offsetof(Packet, text) + text_size};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message = {};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (attached >= 0) {
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        auto* head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(sizeof attached);
        std::memcpy(CMSG_DATA(head), &attached, sizeof attached);
    }
    (void)::sendmsg(writer, &message, MSG_NOSIGNAL);  // a reader that is gone learns nothing, and needs nothing
}

UniqueFd attached_to(msghdr& message) {
    const auto* head = CMSG_FIRSTHDR(&message);
    int fd = -1;
    if (head != nullptr && head->cmsg_type == SCM_RIGHTS) std::memcpy(&fd, CMSG_DATA(head), sizeof fd);
    return UniqueFd(fd);
}

// The length of the packet, 0 at the end of file.
Result<std::size_t> receive(int reader, Packet& packet, UniqueFd& attached) {
    iovec part = {&packet, sizeof packet};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message = {};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const auto got = ::recvmsg(reader, &message, MSG_CMSG_CLOEXEC);
    if (got < 0) return Error::os(errno, "receive", "report of the keeper");
    attached = attached_to(message);
    return static_cast<std::size_t>(got);
}

Error error_in(const Packet& packet, std::size_t size) {
    const auto start = offsetof(Packet, text);
    return {packet.header.kind, std::string(packet.text, size > start ? size - start : 0),
            packet.header.os_number, packet.header.id};
}

}  // namespace

Result<ReportEnds> make_report() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return Error::os(errno, "socketpair", "report of the keeper");
    return ReportEnds{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

void report(int writer, const Error& error) {
    Packet packet;
    packet.header.failed = true;
    packet.header.kind = error.kind;
    packet.header.os_number = error.os_number;
    std::strncpy(packet.header.id, error.id.c_str(), sizeof packet.header.id - 1);
    const auto size = std::min(error.text.size(), longest);
    std::memcpy(packet.text, error.text.data(), size);
    send(writer, packet, size, -1);
}

void report(int writer, const os::ProcessId& init, int attached) {
    Packet packet;
    packet.header.init = init;
    send(writer, packet, 0, attached);
}

Result<Report> read_report(int reader) {
    Packet packet;
    Report found;
    const auto size = TRY(receive(reader, packet, found.attached));
    if (size == 0) return Error{Kind::other, "the keeper died while it was loading; see dmesg"};
    if (packet.header.failed) return error_in(packet, size);
    found.init = packet.header.init;
    return found;
}

Result<void> read_end(int reader) {
    Packet packet;
    UniqueFd attached;
    const auto size = TRY(receive(reader, packet, attached));
    if (size == 0) return {};
    return error_in(packet, size);
}

}  // namespace partition
