// The connections to the keeper's socket: root of the global environment only, a fixed number, none
// can make it wait.
#pragma once
#include <poll.h>
#include <sys/types.h>

#include "session/protocol.h"

namespace keeper {

constexpr int clients_most = 16;

enum class Role { none, idle, stopper, watcher };

struct Client {
    int fd = -1;
    Role role = Role::none;
};

class Clients {
  public:
    /// Takes one waiting connection. When all places are taken, one that is not a stop operation
    /// gives way.
    void accept(int socket_fd);
    void drop(Client& client);
    Client* begin() { return all_; }
    Client* end() { return all_ + clients_most; }
    Client* stopper();
    /// Console output to all who watch; who does not keep up is dropped.
    void pass_on(const char* bytes, std::size_t count);

  private:
    Client& free_place();
    Client all_[clients_most] = {};
    int next_to_give_way_ = 0;
};

struct Received {
    session::protocol::Request request = {};
    ssize_t size = -1;      // as recvmsg tells it, with errno
    int fds[2] = {-1, -1};  // that came along, for whoever asks to keep
    void close_fds();
};
Received receive(int from);
/// False when the other side is gone or does not keep up. `fd` travels along when it is not
/// negative.
bool send_answer(int to, const session::protocol::Answer& answer, int fd);
bool send_bytes(int to, const char* bytes, std::size_t count);

}  // namespace keeper
