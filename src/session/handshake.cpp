#include "session/handshake.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace session {
namespace {

struct Message {
    Told::What what = Told::What::running;
    Kind kind = Kind::other;
    int os_number = 0;
    char text[1000] = {};
};

bool send_message(int link, const Message& message, int fd) {
    iovec part = {const_cast<Message*>(&message), sizeof message};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof fd)] = {};
    msghdr header = {};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    if (fd >= 0) {
        header.msg_control = control;
        header.msg_controllen = sizeof control;
        auto* passed = CMSG_FIRSTHDR(&header);
        passed->cmsg_level = SOL_SOCKET;
        passed->cmsg_type = SCM_RIGHTS;
        passed->cmsg_len = CMSG_LEN(sizeof fd);
        std::memcpy(CMSG_DATA(passed), &fd, sizeof fd);
    }
    return ::sendmsg(link, &header, MSG_NOSIGNAL) >= 0;
}

void set_text(Message& message, const std::string& text) {
    std::memcpy(message.text, text.data(), std::min(text.size(), sizeof message.text - 1));
}

}  // namespace

Result<Link> make_link() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return Error::os(errno, "socketpair", "");
    return Link{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

void tell_failure(int link, const Error& error) {
    Message message;
    message.what = Told::What::failure;
    message.kind = error.kind;
    message.os_number = error.os_number;
    set_text(message, error.text);
    (void)send_message(link, message, -1);
}

Result<void> tell_terminal(int link, int master, const std::string& line) {
    Message message;
    message.what = Told::What::terminal;
    set_text(message, line);
    if (send_message(link, message, master)) return {};
    return Error::os(errno, "send", "terminal");
}

Result<Told> hear(int link) {
    Message message;
    iovec part = {&message, sizeof message};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr header = {};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    const auto got = ::recvmsg(link, &header, MSG_CMSG_CLOEXEC);
    if (got < 0 && errno != ECONNRESET) return Error::os(errno, "receive", "session");
    Told told;
    if (const auto* passed = CMSG_FIRSTHDR(&header); got > 0 && passed) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(passed), sizeof fd);
        told.master = UniqueFd(fd);
    }
    if (got <= 0) return told;
    message.text[sizeof message.text - 1] = '\0';
    told.what = message.what;
    told.line = message.text;
    told.error = {message.kind, message.text, message.os_number, {}};
    return told;
}

}  // namespace session
