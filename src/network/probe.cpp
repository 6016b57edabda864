#include <linux/filter.h>
#include <linux/if_ether.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "network/builder.h"
#include "network/network.h"
#include "network/wire.h"

namespace network {
namespace {

// A busy LAN must not fill the socket: only neighbour advertisements pass (ICMPv6 next header and type).
Result<void> only_advertisements(int wire) {
    static const sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 20), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 58, 0, 3),
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 54), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 136, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0xffff),      BPF_STMT(BPF_RET | BPF_K, 0),
    };
    const sock_fprog program = {std::size(code), const_cast<sock_filter*>(code)};
    if (::setsockopt(wire, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0) return {};
    return Error::os(errno, "setsockopt", "packet filter");
}

// Proxies answer only who has an address; for IPv6 it must be one of this wire.
std::optional<Ip> asking_address(const Ground& ground, const Ip& asked) {
    if (asked.four()) return ground.source_for(asked);
    for (const auto& address : ground.addresses)
        if (address.ip.family == AF_INET6 && address.ip.bytes[0] == 0xfe) return address.ip;
    return ground.source_for(asked);
}

struct Asked {
    std::string interface = {};
    int family = AF_INET;
    auto operator<=>(const Asked&) const = default;
};

std::map<Asked, std::vector<Ip>> questions(const Ledger& ledger, const Wish& wish) {
    std::map<Asked, std::vector<Ip>> list;
    for (const auto& interface : wish.interfaces)
        for (const auto& address : interface.addresses)
            if (ledger.owner(address.ip) != wish.key)
                list[{interface.global, address.ip.family}].push_back(address.ip);
    return list;
}

}  // namespace

Result<DuplicateProbe> DuplicateProbe::send(const Site& site, const Wish& wish) {
    DuplicateProbe probe;
    const auto ledger = TRY(Ledger::open(site));
    auto outer = TRY(Outer::open(wish.key));
    for (const auto& [where, asked] : questions(ledger, wish)) {
        const auto ground = TRY(outer.ground(where.interface));
        if (!ground.link.up) continue;  // nobody there to ask
        const bool four = where.family == AF_INET;
        auto wire = TRY(open_wire(ground.link.index, four ? ETH_P_ARP : ETH_P_IPV6));
        if (!four) TRY(only_advertisements(wire.get()));
        for (const auto& ip : asked) {
            const auto from = asking_address(ground, ip);
            (void)send_frame(wire.get(),
                             question({ip, ground.link.mac, from}));  // wire down: no answer
        }
        probe.listeners_.push_back({std::move(wire), where.interface, asked});
    }
    probe.sent_ = std::chrono::steady_clock::now();
    return probe;
}

Result<void> DuplicateProbe::hear(const Listener& listener) {
    std::array<std::uint8_t, 256> frame = {};
    for (;;) {
        const auto got = ::recv(listener.socket.get(), frame.data(), frame.size(), 0);
        if (got <= 0) return {};
        const auto holder = holder_in({frame.data(), static_cast<std::size_t>(got)});
        if (!holder) continue;
        const auto& asked = listener.asked;
        if (std::find(asked.begin(), asked.end(), holder->ip) == asked.end()) continue;
        return Error{Kind::exists,
                     cat("address ", holder->ip.text(), " is in use on the network of ",
                         listener.interface, " by ", show_mac(holder->mac))};
    }
}

Result<void> DuplicateProbe::finish(std::chrono::milliseconds patience) {
    using std::chrono::milliseconds;
    const auto until = sent_ + patience;
    while (!listeners_.empty()) {
        const auto left = std::chrono::ceil<milliseconds>(until - std::chrono::steady_clock::now());
        std::vector<pollfd> watched;
        for (const auto& listener : listeners_)
            watched.push_back({listener.socket.get(), POLLIN, 0});
        const int wait = static_cast<int>(std::max<milliseconds::rep>(left.count(), 0));
        const int ready = ::poll(watched.data(), watched.size(), wait);
        if (ready < 0 && errno != EINTR) return Error::os(errno, "poll", "duplicate address probe");
        for (std::size_t i = 0; i < watched.size() && ready > 0; ++i)
            if (watched[i].revents != 0) TRY(hear(listeners_[i]));
        if (wait == 0) return {};
    }
    return {};
}

}  // namespace network
