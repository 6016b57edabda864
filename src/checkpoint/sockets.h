// Which sockets CRIU saves. A duplicate of each is asked for its kind; nothing is read from it.
#pragma once
#include <cstdint>
#include <optional>

#include "checkpoint/blockers.h"
#include "checkpoint/findings.h"

namespace checkpoint {

struct Socket {
    int family = 0;
    int type = 0;
    int protocol = 0;
    int tcp_state = 0;          // of a TCP socket: TCP_LISTEN ...
    std::uint32_t waiting = 0;  // connections that nobody has accepted yet
    bool layered = false;       // TLS in the kernel or its like
    bool corked = false;        // UDP
    bool has_data = false;      // netlink
    bool many_groups = false;   // netlink, beyond the first 32
};
std::optional<Fault> judge(const Socket& socket, const Abilities& abilities);

std::optional<Fault> judge_socket(int pidfd, int number, const Abilities& abilities);

}  // namespace checkpoint
