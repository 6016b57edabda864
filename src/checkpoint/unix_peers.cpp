#include "checkpoint/unix_peers.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sched.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "os/namespace.h"

namespace checkpoint {
namespace {

constexpr std::size_t most_sockets = 200'000;

// A socket belongs for ever to the network namespace that its maker was in.
Result<UniqueFd> ask_in(const Process& init) {
    const UniqueFd wanted(::openat(init.dir.fd(), "ns/net", O_RDONLY | O_CLOEXEC));
    if (!wanted) return Error::os(errno, "open", "ns/net");
    const auto own = TRY(os::open_namespace(0, "net"));
    TRY(os::join_namespaces(wanted.get(), CLONE_NEWNET));
    UniqueFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
    const int failed = errno;
    TRY(os::join_namespaces(own.get(), CLONE_NEWNET));
    if (!socket) return Error::os(failed, "socket", "sock_diag");
    return socket;
}

bool send_request(int socket) {
    struct {
        nlmsghdr header;
        unix_diag_req request;
    } ask = {};
    ask.header = {sizeof ask, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, 1, 0};
    ask.request.sdiag_family = AF_UNIX;
    ask.request.udiag_states = ~0U;
    ask.request.udiag_show = UDIAG_SHOW_PEER;
    return ::send(socket, &ask, sizeof ask, 0) == static_cast<ssize_t>(sizeof ask);
}

std::vector<UnixSocket> unix_sockets(int socket) {
    std::vector<UnixSocket> all;
    if (!send_request(socket)) return all;
    std::array<char, 32768> room = {};
    for (;;) {
        const auto got = ::recv(socket, room.data(), room.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return {};  // half of it would accuse the innocent
        if (!parse_unix_sockets({room.data(), static_cast<std::size_t>(got)}, all)) return all;
        if (all.size() > most_sockets) return {};
    }
}

template <class Value>
Value at(std::string_view bytes) {
    Value value = {};
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

// Attributes are padded to four bytes.
std::uint32_t peer_in(std::string_view attributes) {
    while (attributes.size() >= sizeof(rtattr)) {
        const auto head = at<rtattr>(attributes);
        if (head.rta_len < sizeof head || head.rta_len > attributes.size()) return 0;
        if (head.rta_type == UNIX_DIAG_PEER && head.rta_len >= sizeof head + sizeof(std::uint32_t))
            return at<std::uint32_t>(attributes.substr(sizeof head));
        attributes.remove_prefix(std::min<std::size_t>(RTA_ALIGN(head.rta_len), attributes.size()));
    }
    return 0;
}

UnixSocket read_socket(std::string_view message) {
    const auto head = at<unix_diag_msg>(message);
    return {head.udiag_ino, peer_in(message.substr(sizeof head)),
            head.udiag_type == SOCK_STREAM || head.udiag_type == SOCK_SEQPACKET};
}

}  // namespace

bool parse_unix_sockets(std::string_view packet, std::vector<UnixSocket>& all) {
    while (packet.size() >= sizeof(nlmsghdr)) {
        const auto head = at<nlmsghdr>(packet);
        if (head.nlmsg_len < sizeof head || head.nlmsg_len > packet.size()) return false;
        if (head.nlmsg_type == NLMSG_DONE || head.nlmsg_type == NLMSG_ERROR) return false;
        if (head.nlmsg_len >= sizeof head + sizeof(unix_diag_msg))
            all.push_back(read_socket(packet.substr(sizeof head, head.nlmsg_len - sizeof head)));
        packet.remove_prefix(std::min<std::size_t>(NLMSG_ALIGN(head.nlmsg_len), packet.size()));
    }
    return true;
}

void look_at_unix_peers(const Holdings& holdings, const Process& init, Findings& findings) {
    if (holdings.empty()) return;
    const auto socket = ask_in(init);
    if (!socket) return;
    for (const auto& one : unix_sockets(socket->get())) {
        const auto held = holdings.find(one.inode);
        if (!one.stream || one.peer == 0 || held == holdings.end() || holdings.contains(one.peer))
            continue;
        findings.add(*held->second.process,
                     {cat("descriptor ", held->second.number,
                          ": a unix socket that is connected to a program outside"),
                      "end that connection"});
    }
}

}  // namespace checkpoint
