#include "security/filter.h"

#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <span>

#include "security/denied_calls.h"
#include "security/program.h"

namespace security {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t native_id = AUDIT_ARCH_X86_64;
constexpr std::uint32_t foreign_from = 0x40000000;  // __X32_SYSCALL_BIT
#elif defined(__aarch64__)
constexpr std::uint32_t native_id = AUDIT_ARCH_AARCH64;
constexpr std::uint32_t foreign_from = 0;
#else
#error "no system call numbers for this architecture: add them here"
#endif

constexpr std::uint32_t set_line_discipline = 0x5423;  // TIOCSETD
constexpr std::uint32_t console_commands = 0x541c;     // TIOCLINUX
constexpr std::uint32_t xtables_replace =
    64;  // IPT_SO_SET_REPLACE, IP6T_..., next: ..._ADD_COUNTERS
constexpr std::uint32_t socketcall_socket = 1;  // SYS_SOCKET of linux/net.h
constexpr std::uint32_t socketcall_pair = 8;

bool granted(const FilterWish& wish, unsigned capability) {
    return (wish.capabilities >> capability & 1) != 0;
}

Code socket_family(const FilterWish& wish) {
    std::vector<std::uint32_t> families = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
    if (granted(wish, CAP_NET_RAW)) families.push_back(AF_PACKET);
    return unless_argument_is(0, families, deny(EAFNOSUPPORT));
}

Code netlink_protocol(const FilterWish& wish) {
    std::vector<std::uint32_t> protocols = {
        NETLINK_ROUTE, NETLINK_USERSOCK, NETLINK_SOCK_DIAG,     NETLINK_SELINUX,
        NETLINK_AUDIT, NETLINK_GENERIC,  NETLINK_KOBJECT_UEVENT};
    if (granted(wish, CAP_NET_ADMIN))
        protocols.insert(protocols.end(), {NETLINK_NETFILTER, NETLINK_XFRM});
    return when_argument_is(0, {AF_NETLINK},
                            unless_argument_is(2, protocols, deny(EPROTONOSUPPORT)));
}

struct Numbers {
    std::uint32_t socket, socketpair, setsockopt, ioctl, clone, clone3, unshare, request_key,
        add_key, keyctl;
};
constexpr Numbers native_numbers = {SYS_socket,  SYS_socketpair, SYS_setsockopt, SYS_ioctl,
                                    SYS_clone,   SYS_clone3,     SYS_unshare,    SYS_request_key,
                                    SYS_add_key, SYS_keyctl};
constexpr Numbers i386_numbers = {359, 360, 366, 54, 120, 435, 310, 287, 286, 288};
constexpr std::uint32_t i386_socketcall = 102;

void add_fixed(std::vector<Denial>& to, std::span<const DeniedCall> calls) {
    for (const auto& call : calls) to.push_back({call.number, deny(call.error)});
}

// Ping and others carry cap_net_raw as a file capability and could not even be executed without it
// in the bounding set. So it is there, and this is what keeps raw sockets shut; ping then takes an
// ICMP socket (net.ipv4.ping_group_range).
Code raw_type(const FilterWish& wish) {
    if (granted(wish, CAP_NET_RAW)) return {};
    return when_argument_is(0, {AF_INET, AF_INET6},
                            when_low_bits_are(1, {SOCK_RAW, SOCK_PACKET}, deny(EPERM)));
}

void add_sockets(std::vector<Denial>& to, const Numbers& call, const FilterWish& wish) {
    to.push_back(
        {call.socket, both(socket_family(wish), both(netlink_protocol(wish), raw_type(wish)))});
    to.push_back({call.socketpair, socket_family(wish)});
    if (granted(wish, CAP_NET_ADMIN)) return;
    const auto xtables = when_argument_is(2, {xtables_replace, xtables_replace + 1}, deny(EPERM));
    to.push_back({call.setsockopt, when_argument_is(1, {SOL_IP, SOL_IPV6}, xtables)});
}

void add_application_only(std::vector<Denial>& to, const Numbers& call) {
    to.push_back({call.clone, when_argument_has(0, CLONE_NEWUSER, deny(EPERM))});
    to.push_back({call.unshare, when_argument_has(0, CLONE_NEWUSER, deny(EPERM))});
    for (const auto number : {call.clone3, call.add_key, call.keyctl})
        to.push_back({number, deny(ENOSYS)});
}

std::vector<Denial> denials(const Numbers& call, const FilterWish& wish) {
    std::vector<Denial> all;
    const auto terminal =
        when_argument_is(1, {TIOCSTI, console_commands, set_line_discipline}, deny(EPERM));
    all.push_back({call.ioctl, terminal});
    all.push_back({call.request_key, deny(ENOSYS)});
    add_sockets(all, call, wish);
    if (wish.application) add_application_only(all, call);
    return all;
}

}  // namespace

std::vector<sock_filter> default_filter(const FilterWish& wish) {
    auto native = denials(native_numbers, wish);
    add_fixed(native, native_calls());
#if defined(__x86_64__)
    auto i386 = denials(i386_numbers, wish);
    add_fixed(i386, i386_calls());
    if (!granted(wish, CAP_NET_RAW))
        i386.push_back({i386_socketcall, when_argument_is(0, {socketcall_socket, socketcall_pair},
                                                          deny(EAFNOSUPPORT))});
    return assemble({{native_id, foreign_from, native}, {AUDIT_ARCH_I386, 0, i386}});
#else
    return assemble({{native_id, foreign_from, native}});
#endif
}

std::uint64_t bounding_set(std::uint64_t granted) {
    return granted | std::uint64_t{1} << CAP_NET_RAW;
}

}  // namespace security
