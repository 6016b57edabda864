#include "security/filter.h"

#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
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
    64;                                    // IPT_SO_SET_REPLACE, IP6T_..., next: ..._ADD_COUNTERS
constexpr std::uint32_t pass_pidfd = 76;   // SO_PASSPIDFD
constexpr std::uint32_t peer_pidfd = 77;   // SO_PEERPIDFD
constexpr std::uint32_t layer_above = 31;  // TCP_ULP
constexpr std::uint32_t new_time = 0x80;   // CLONE_NEWTIME; for clone these bits are a signal
constexpr std::uint32_t unmovable_clones =
    CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWCGROUP | CLONE_NEWNET;
constexpr std::uint32_t socketcall_socket = 1;  // SYS_SOCKET of linux/net.h
constexpr std::uint32_t socketcall_pair = 8;

struct Numbers {
    std::uint32_t socket, socketpair, setsockopt, getsockopt, ioctl, clone, clone3, unshare,
        request_key, add_key, keyctl;
};
constexpr Numbers native_numbers = {SYS_socket,      SYS_socketpair, SYS_setsockopt, SYS_getsockopt,
                                    SYS_ioctl,       SYS_clone,      SYS_clone3,     SYS_unshare,
                                    SYS_request_key, SYS_add_key,    SYS_keyctl};
#if defined(__x86_64__)
constexpr Numbers i386_numbers = {359, 360, 366, 365, 54, 120, 435, 310, 287, 286, 288};
constexpr std::uint32_t i386_socketcall = 102;
#endif

using Test = Program::Test;

class Filter {
  public:
    explicit Filter(const FilterWish& wish) : wish_(wish) {}
    std::vector<sock_filter> build();

  private:
    bool granted(unsigned capability) const { return (wish_.capabilities >> capability & 1) != 0; }
    Label verdict_of(int error) const { return error == EPERM ? not_permitted_ : no_such_call_; }
    struct Fixed {
        std::span<const DeniedCall> always;
        std::span<const DeniedCall> unmovable;
    };
    std::vector<Denial> denials(const Numbers& call, const Fixed& fixed) const;
    void search_native();
    void search_i386();
    void write_socket();
    void write_socketpair();
    void write_setsockopt();
    void write_getsockopt();
    void write_internet();
    void write_ioctl();
    void write_clone();
    void write_unshare();
    void write_socketcall();
    void write_verdicts();

    const FilterWish& wish_;
    Program program_;
    Label socket_ = program_.label(), socketpair_ = program_.label(),
          setsockopt_ = program_.label(), getsockopt_ = program_.label(),
          internet_ = program_.label(), ioctl_ = program_.label(), clone_ = program_.label(),
          unshare_ = program_.label(), socketcall_ = program_.label(),
          no_such_option_ = program_.label(), no_such_family_ = program_.label(),
          no_such_protocol_ = program_.label(), no_such_call_ = program_.label(),
          not_permitted_ = program_.label(), allowed_ = program_.label();
};

std::vector<Denial> Filter::denials(const Numbers& call, const Fixed& fixed) const {
    std::vector<Denial> all = {{call.ioctl, ioctl_},
                               {call.request_key, no_such_call_},
                               {call.socket, socket_},
                               {call.socketpair, socketpair_}};
    for (const auto& one : fixed.always) all.push_back({one.number, verdict_of(one.error)});
    if (!granted(CAP_NET_ADMIN) || wish_.movable) all.push_back({call.setsockopt, setsockopt_});
    if (wish_.application || wish_.movable) {
        all.push_back({call.clone, clone_});
        all.push_back({call.unshare, unshare_});
    }
    if (wish_.movable) {
        all.push_back({call.getsockopt, getsockopt_});
        for (const auto& one : fixed.unmovable) all.push_back({one.number, verdict_of(one.error)});
    } else if (wish_.application) {
        for (const auto number : {call.clone3, call.add_key, call.keyctl})
            all.push_back({number, no_such_call_});
    }
    return all;
}

void Filter::search_native() {
    program_.load(offsetof(seccomp_data, nr));
    if (foreign_from != 0) {
        // -1 is a call that a debugger has replaced: what it answers stands
        program_.test(Test::equal, ~std::uint32_t{0}, {.yes = allowed_});
        program_.test(Test::at_least, foreign_from, {.yes = no_such_call_});
    }
    search(program_, denials(native_numbers, {native_calls(), native_unmovable_calls()}), allowed_);
}

void Filter::search_i386() {
#if defined(__x86_64__)
    auto all = denials(i386_numbers, {i386_calls(), i386_unmovable_calls()});
    if (!granted(CAP_NET_RAW)) all.push_back({i386_socketcall, socketcall_});
    const auto other = program_.label();
    program_.test(Test::equal, AUDIT_ARCH_I386, {.no = other});
    program_.load(offsetof(seccomp_data, nr));
    search(program_, std::move(all), allowed_);
    program_.place(other);
#endif
    program_.go(no_such_call_);
}

// Ping and others carry cap_net_raw as a file capability and could not even be executed without it in the bounding set.
// So it is there, and this is what keeps raw sockets shut; ping then takes an ICMP socket (net.ipv4.ping_group_range).
void Filter::write_socket() {
    std::vector<std::uint32_t> protocols = {
        NETLINK_ROUTE, NETLINK_USERSOCK, NETLINK_SOCK_DIAG,     NETLINK_SELINUX,
        NETLINK_AUDIT, NETLINK_GENERIC,  NETLINK_KOBJECT_UEVENT};
    if (granted(CAP_NET_ADMIN))
        protocols.insert(protocols.end(), {NETLINK_NETFILTER, NETLINK_XFRM});
    const auto netlink = program_.label();
    const bool any_internet = granted(CAP_NET_RAW) && !wish_.movable;
    const auto internet = any_internet ? allowed_ : internet_;
    program_.place(socket_);
    program_.load_argument(0);
    program_.test(Test::equal, AF_UNIX, {.yes = allowed_});
    program_.test(Test::equal, AF_NETLINK, {.yes = netlink});
    if (granted(CAP_NET_RAW)) program_.test(Test::equal, AF_PACKET, {.yes = allowed_});
    program_.test_any({AF_INET, AF_INET6}, {.yes = internet, .no = no_such_family_});
    program_.place(netlink);
    program_.load_argument(2);
    program_.test_any(protocols, {.yes = allowed_, .no = no_such_protocol_});
    if (!any_internet) write_internet();
}

void Filter::write_internet() {
    const auto raw = granted(CAP_NET_RAW) ? allowed_ : not_permitted_;
    const auto others = wish_.movable ? program_.label() : allowed_;
    program_.place(internet_);
    program_.load_argument(1);
    program_.keep_bits(15);  // without SOCK_CLOEXEC and its like
    program_.test_any({SOCK_RAW, SOCK_PACKET}, {.yes = raw, .no = others});
    if (!wish_.movable) return;
    program_.place(others);
    program_.load_argument(2);
    program_.test_any(
        {IPPROTO_IP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE, IPPROTO_ICMP, IPPROTO_ICMPV6},
        {.yes = allowed_, .no = no_such_protocol_});
}

void Filter::write_socketpair() {
    program_.place(socketpair_);
    program_.load_argument(0);
    program_.test(Test::equal, AF_UNIX, {.yes = allowed_, .no = no_such_family_});
}

void Filter::write_setsockopt() {
    const auto internet = program_.label();
    const auto tcp = program_.label();
    const bool guarded = !granted(CAP_NET_ADMIN);
    program_.place(setsockopt_);
    program_.load_argument(1);
    if (guarded) program_.test_any({SOL_IP, SOL_IPV6}, {.yes = internet});
    if (wish_.movable) {
        const auto others = program_.label();
        program_.test(Test::equal, IPPROTO_TCP, {.yes = tcp});
        program_.test(Test::equal, SOL_SOCKET, {.no = others});
        program_.load_argument(2);
        program_.test(Test::equal, pass_pidfd, {.yes = no_such_option_});
        program_.place(others);
    }
    program_.go(allowed_);
    if (wish_.movable) {
        program_.place(tcp);
        program_.load_argument(2);
        program_.test_any({layer_above}, {.yes = no_such_option_, .no = allowed_});
    }
    if (!guarded) return;
    program_.place(internet);
    program_.load_argument(2);
    program_.test_any({xtables_replace, xtables_replace + 1},
                      {.yes = not_permitted_, .no = allowed_});
}

void Filter::write_getsockopt() {
    program_.place(getsockopt_);
    program_.load_argument(1);
    program_.test(Test::equal, SOL_SOCKET, {.no = allowed_});
    program_.load_argument(2);
    program_.test_any({peer_pidfd}, {.yes = no_such_option_, .no = allowed_});
}

void Filter::write_ioctl() {
    program_.place(ioctl_);
    program_.load_argument(1);
    program_.test_any({TIOCSTI, console_commands, set_line_discipline},
                      {.yes = not_permitted_, .no = allowed_});
}

void Filter::write_clone() {
    program_.place(clone_);
    program_.load_argument(0);
    const std::uint32_t denied = wish_.movable ? unmovable_clones : CLONE_NEWUSER;
    program_.test(Test::any_bit, denied, {.yes = not_permitted_, .no = allowed_});
}

void Filter::write_unshare() {
    program_.place(unshare_);
    program_.load_argument(0);
    const std::uint32_t denied = wish_.movable ? unmovable_clones | new_time : CLONE_NEWUSER;
    program_.test(Test::any_bit, denied, {.yes = not_permitted_, .no = allowed_});
}

void Filter::write_socketcall() {
    program_.place(socketcall_);
    program_.load_argument(0);
    program_.test_any({socketcall_socket, socketcall_pair},
                      {.yes = no_such_family_, .no = allowed_});
}

void Filter::write_verdicts() {
    const auto deny = [&](Label label, int error) {
        program_.place(label);
        program_.answer(SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error));
    };
    deny(no_such_family_, EAFNOSUPPORT);
    deny(no_such_protocol_, EPROTONOSUPPORT);
    if (wish_.movable) deny(no_such_option_, ENOPROTOOPT);
    deny(no_such_call_, ENOSYS);
    deny(not_permitted_, EPERM);
    program_.place(allowed_);
    program_.answer(SECCOMP_RET_ALLOW);
}

std::vector<sock_filter> Filter::build() {
    const auto foreign = program_.label();
    program_.load(offsetof(seccomp_data, arch));
    program_.test(Test::equal, native_id, {.no = foreign});
    search_native();
    program_.place(foreign);
    search_i386();
    write_socket();
    write_socketpair();
    write_ioctl();
    if (!granted(CAP_NET_ADMIN) || wish_.movable) write_setsockopt();
    if (wish_.movable) write_getsockopt();
    if (wish_.application || wish_.movable) {
        write_clone();
        write_unshare();
    }
    if (!granted(CAP_NET_RAW)) write_socketcall();
    write_verdicts();
    return program_.finish();
}

}  // namespace

std::vector<sock_filter> default_filter(const FilterWish& wish) { return Filter(wish).build(); }

std::uint64_t bounding_set(std::uint64_t granted) {
    return granted | std::uint64_t{1} << CAP_NET_RAW;
}

}  // namespace security
