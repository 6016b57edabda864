// Connected unix sockets whose other end is outside the WPAR: CRIU saves no half of a connection.
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "checkpoint/findings.h"

namespace checkpoint {

struct UnixSocket {
    std::uint32_t inode = 0;
    std::uint32_t peer = 0;  // inode of the other end; 0: none, or not accepted yet
    bool stream = false;     // or of packets in order: datagrams need no other end
};
/// An answer of the kernel (sock_diag(7)): adds what is in it. False when there is no more to come.
bool parse_unix_sockets(std::string_view packet, std::vector<UnixSocket>& all);

/// Whose descriptor shows a socket: by inode.
struct Holding {
    const Process* process = nullptr;
    int number = 0;
};
using Holdings = std::map<std::uint64_t, Holding>;

/// Without a word where this kernel tells nothing of unix sockets.
void look_at_unix_peers(const Holdings& holdings, const Process& init, Findings& findings);

}  // namespace checkpoint
