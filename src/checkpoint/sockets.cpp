#include "checkpoint/sockets.h"

#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "os/borrow.h"

namespace checkpoint {
namespace {

std::string name_of_family(int family) {
    constexpr std::array<std::pair<int, std::string_view>, 10> names = {{
        {AF_ALG, "alg"},
        {AF_VSOCK, "vsock"},
        {AF_KEY, "key"},
        {AF_XDP, "xdp"},
        {AF_SMC, "smc"},
        {AF_BLUETOOTH, "bluetooth"},
        {AF_CAN, "can"},
        {AF_TIPC, "tipc"},
        {AF_RDS, "rds"},
        {AF_KCM, "kcm"},
    }};
    for (const auto& [number, name] : names)
        if (number == family) return cat("family ", name);
    return cat("family ", family);
}

std::string name_of_protocol(int protocol) {
    switch (protocol) {
        case IPPROTO_SCTP:
            return "SCTP";
        case IPPROTO_MPTCP:
            return "MPTCP";
        case IPPROTO_DCCP:
            return "DCCP";
        case IPPROTO_ICMP:
        case IPPROTO_ICMPV6:
            return "ICMP (ping)";
        default:
            return cat("protocol ", protocol);
    }
}

constexpr auto use_plain = "let the program use TCP, UDP or unix sockets";

bool is_saved(int protocol, const Abilities& abilities) {
    switch (protocol) {
        case IPPROTO_IP:
        case IPPROTO_TCP:
        case IPPROTO_UDP:
        case IPPROTO_UDPLITE:
            return true;
        case IPPROTO_ICMP:
        case IPPROTO_ICMPV6:
            return abilities.ping_sockets;
        default:
            return false;
    }
}

std::optional<Fault> judge_tcp(const Socket& socket) {
    if (socket.layered)
        return Fault{
            "a TCP socket with TLS in the kernel",
            "let the program do TLS by itself (for nginx: ssl_conf_command Options -KTLS)"};
    if (socket.tcp_state == TCP_LISTEN && socket.waiting != 0)
        return Fault{cat("a listening TCP socket with ", socket.waiting,
                         " connections that the program has not accepted yet"),
                     "try again", true};
    return std::nullopt;
}

std::optional<Fault> judge_internet(const Socket& socket, const Abilities& abilities) {
    if (socket.type == SOCK_RAW) return std::nullopt;
    if (!is_saved(socket.protocol, abilities)) {
        const bool ping = socket.protocol == IPPROTO_ICMP || socket.protocol == IPPROTO_ICMPV6;
        return Fault{cat("a socket of ", name_of_protocol(socket.protocol)),
                     ping ? "try again when ping has ended" : use_plain, ping};
    }
    if (socket.type != SOCK_STREAM && socket.type != SOCK_DGRAM)
        return Fault{cat("an internet socket of type ", socket.type), use_plain};
    if (socket.corked)
        return Fault{"a UDP socket that holds back a packet (UDP_CORK)", "try again", true};
    return socket.type == SOCK_STREAM ? judge_tcp(socket) : std::nullopt;
}

std::optional<Fault> judge_netlink(const Socket& socket) {
    if (socket.many_groups)
        return Fault{"a netlink socket in a multicast group above the 32nd", "end that program"};
    if (socket.has_data)
        return Fault{"a netlink socket with messages that the program has not read yet",
                     "try again", true};
    return std::nullopt;
}

int option(int fd, int level, int name) {
    int value = 0;
    socklen_t size = sizeof value;
    return ::getsockopt(fd, level, name, &value, &size) == 0 ? value : 0;
}

void ask_tcp(int fd, Socket& socket) {
    tcp_info info = {};
    socklen_t size = sizeof info;
    if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return;
    socket.tcp_state = info.tcpi_state;
    socket.waiting = info.tcpi_unacked;  // of one that listens: its queue
    std::array<char, 16> layer = {};
    size = layer.size();
    socket.layered = ::getsockopt(fd, IPPROTO_TCP, TCP_ULP, layer.data(), &size) == 0 &&
                     size != 0 && layer[0] != '\0';
}

void ask_netlink(int fd, Socket& socket) {
    std::array<std::uint32_t, 64> groups = {};
    socklen_t size = sizeof groups;
    if (::getsockopt(fd, SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, groups.data(), &size) == 0)
        for (std::size_t word = 1; word < groups.size(); ++word)
            socket.many_groups = socket.many_groups || groups.at(word) != 0;
    pollfd readable = {fd, POLLIN, 0};
    socket.has_data = ::poll(&readable, 1, 0) == 1 && (readable.revents & POLLIN) != 0;
}

bool is_socket(int fd) {
    struct stat found = {};
    return ::fstat(fd, &found) == 0 && S_ISSOCK(found.st_mode);
}

Socket describe(int fd) {
    Socket socket;
    socket.family = option(fd, SOL_SOCKET, SO_DOMAIN);
    socket.type = option(fd, SOL_SOCKET, SO_TYPE);
    socket.protocol = option(fd, SOL_SOCKET, SO_PROTOCOL);
    const bool internet = socket.family == AF_INET || socket.family == AF_INET6;
    if (internet && socket.protocol == IPPROTO_TCP) ask_tcp(fd, socket);
    if (internet && socket.protocol == IPPROTO_UDP)
        socket.corked = option(fd, IPPROTO_UDP, UDP_CORK) != 0;
    if (socket.family == AF_NETLINK) ask_netlink(fd, socket);
    return socket;
}

}  // namespace

std::optional<Fault> judge(const Socket& socket, const Abilities& abilities) {
    switch (socket.family) {
        case AF_UNIX:
        case AF_PACKET:
            return std::nullopt;
        case AF_INET:
        case AF_INET6:
            return judge_internet(socket, abilities);
        case AF_NETLINK:
            return judge_netlink(socket);
        default:
            return Fault{cat("a socket of ", name_of_family(socket.family)), use_plain};
    }
}

std::optional<Fault> judge_socket(int pidfd, int number, const Abilities& abilities) {
    const auto duplicate = os::borrow_fd(pidfd, number);
    if (!duplicate) {
        if (duplicate.error().kind == Kind::missing) return std::nullopt;
        return Fault{cat("a socket of unknown kind: ", duplicate.error().text), "", true};
    }
    // a running program may have put another file at this number meanwhile
    if (!is_socket(duplicate->get())) return std::nullopt;
    return judge(describe(duplicate->get()), abilities);
}

}  // namespace checkpoint
