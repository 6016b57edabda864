#include "partition/readiness.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace partition {
namespace {

constexpr std::string_view address = std::string_view("\0corral/ready", 13);

Result<UniqueFd> bind_here() {
    UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return Error::os(errno, "socket", "readiness");
    sockaddr_un name = {};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, address.data(), address.size());
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&name), size) != 0)
        return Error::os(errno, "bind", "readiness");
    return fd;
}

// Several assignments may come in one datagram, one a line.
bool says_ready(int socket) {
    char text[4096];
    const auto got = ::recv(socket, text, sizeof text, 0);
    if (got <= 0) return false;
    for (const auto& line : split(std::string_view(text, static_cast<std::size_t>(got)), '\n'))
        if (line == "READY=1") return true;
    return false;
}

}  // namespace

Result<UniqueFd> listen_readiness(int network_namespace) {
    const UniqueFd own(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
    if (!own) return Error::os(errno, "open", "/proc/self/ns/net");
    if (::setns(network_namespace, CLONE_NEWNET) != 0) return Error::os(errno, "setns", "network");
    auto bound = bind_here();
    if (::setns(own.get(), CLONE_NEWNET) != 0) return Error::os(errno, "setns", "own network");
    return bound;
}

Result<Readiness> wait_ready(int socket, int pidfd, std::chrono::milliseconds patience) {
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + patience;
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
        if (left.count() <= 0) return Readiness::patience_ended;
        std::array<pollfd, 2> watched = {pollfd{socket, POLLIN, 0}, pollfd{pidfd, POLLIN, 0}};
        if (::poll(watched.data(), watched.size(), static_cast<int>(left.count())) < 0)
            return Error::os(errno, "poll", "readiness");
        if (watched[1].revents != 0) return Readiness::ended;
        if (watched[0].revents != 0 && says_ready(socket)) return Readiness::ready;
    }
}

}  // namespace partition
