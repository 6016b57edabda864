#include "keeper/clients.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace keeper {
namespace {

// Seen from here, root of a WPAR has the first id of its range, never 0.
bool is_global_root(int fd) {
    ucred peer = {};
    socklen_t size = sizeof peer;
    return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == 0;
}

}  // namespace

void Clients::drop(Client& client) {
    if (client.fd >= 0) ::close(client.fd);
    client = {};
}

Client& Clients::free_place() {
    for (auto& client : all_)
        if (client.fd < 0) return client;
    for (;;) {
        auto& client = all_[next_to_give_way_];
        next_to_give_way_ = (next_to_give_way_ + 1) % clients_most;
        if (client.role == Role::stopper) continue;  // there is one at most
        drop(client);
        return client;
    }
}

void Clients::accept(int socket_fd) {
    const int fd = ::accept4(socket_fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    if (is_global_root(fd))
        free_place() = {fd, Role::idle};
    else
        ::close(fd);
}

Client* Clients::stopper() {
    for (auto& client : all_)
        if (client.role == Role::stopper) return &client;
    return nullptr;
}

void Clients::pass_on(const char* bytes, std::size_t count) {
    for (auto& client : all_)
        if (client.role == Role::watcher && !send_bytes(client.fd, bytes, count)) drop(client);
}

void Received::close_fds() {
    for (int& fd : fds) {
        if (fd >= 0) ::close(fd);
        fd = -1;
    }
}

Received receive(int from) {
    Received got;
    iovec text = {&got.request, sizeof got.request};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof got.fds)] = {};
    msghdr message = {};
    message.msg_iov = &text;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    got.size = ::recvmsg(from, &message, MSG_DONTWAIT | MSG_TRUNC | MSG_CMSG_CLOEXEC);
    if (got.size < 0) return got;
    const auto* header = CMSG_FIRSTHDR(&message);
    if (header != nullptr && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
        std::memcpy(got.fds, CMSG_DATA(header),
                    std::min(header->cmsg_len - CMSG_LEN(0), sizeof got.fds));
    return got;
}

bool send_bytes(int to, const char* bytes, std::size_t count) {
    return ::send(to, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL) == static_cast<ssize_t>(count);
}

bool send_answer(int to, const session::protocol::Answer& answer, int fd) {
    iovec text = {const_cast<session::protocol::Answer*>(&answer), sizeof answer};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof fd)] = {};
    msghdr message = {};
    message.msg_iov = &text;
    message.msg_iovlen = 1;
    if (fd >= 0) {
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        auto* header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof fd);
        std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
    }
    return ::sendmsg(to, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

}  // namespace keeper
