#include "security/filter.h"

#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstring>

#include "security/denied_calls.h"

namespace security {
namespace {

// The kernel's interpreter, as far as these programs need it.
std::uint32_t run(const std::vector<sock_filter>& program, const seccomp_data& call) {
    std::uint32_t loaded = 0;
    for (std::size_t at = 0; at < program.size(); ++at) {
        const auto& step = program[at];
        switch (step.code) {
            case BPF_LD | BPF_W | BPF_ABS:
                std::memcpy(&loaded, reinterpret_cast<const char*>(&call) + step.k, sizeof loaded);
                break;
            case BPF_ALU | BPF_AND | BPF_K:
                loaded &= step.k;
                break;
            case BPF_JMP | BPF_JEQ | BPF_K:
                at += loaded == step.k ? step.jt : step.jf;
                break;
            case BPF_JMP | BPF_JGE | BPF_K:
                at += loaded >= step.k ? step.jt : step.jf;
                break;
            case BPF_JMP | BPF_JSET | BPF_K:
                at += (loaded & step.k) != 0 ? step.jt : step.jf;
                break;
            case BPF_JMP | BPF_JA:
                at += step.k;
                break;
            case BPF_RET | BPF_K:
                return step.k;
            default:
                ADD_FAILURE() << "instruction " << step.code;
                return 0;
        }
    }
    ADD_FAILURE() << "ran off the end";
    return 0;
}

struct Call {
    std::uint32_t architecture = AUDIT_ARCH_X86_64;
    std::uint32_t number = 0;
    std::uint64_t arguments[3] = {};
};

// 0: allowed
int denied(const FilterWish& wish, const Call& call) {
    seccomp_data data = {};
    data.nr = static_cast<int>(call.number);
    data.arch = call.architecture;
    for (unsigned at = 0; at < 3; ++at) data.args[at] = call.arguments[at];
    const auto verdict = run(default_filter(wish), data);
    if (verdict == SECCOMP_RET_ALLOW) return 0;
    EXPECT_EQ(verdict & SECCOMP_RET_ACTION_FULL, SECCOMP_RET_ERRNO);
    return static_cast<int>(verdict & SECCOMP_RET_DATA);
}

constexpr std::uint32_t native = AUDIT_ARCH_X86_64;
constexpr std::uint32_t i386 = AUDIT_ARCH_I386;
constexpr FilterWish plain = {};
constexpr FilterWish application = {.application = true};
constexpr FilterWish movable = {.movable = true};

TEST(DefaultFilter, NumbersAreThoseLibseccompKnows) {
    for (const auto& calls : {native_calls(), native_unmovable_calls()})
        for (const auto& call : calls)
            EXPECT_EQ(static_cast<int>(call.number),
                      seccomp_syscall_resolve_name_arch(SCMP_ARCH_X86_64, call.name.data()))
                << call.name;
    for (const auto& calls : {i386_calls(), i386_unmovable_calls()})
        for (const auto& call : calls)
            EXPECT_EQ(static_cast<int>(call.number),
                      seccomp_syscall_resolve_name_arch(SCMP_ARCH_X86, call.name.data()))
                << call.name;
}

TEST(DefaultFilter, DeniesEveryListedCallAndAllowsItsNeighbours) {
    for (std::uint32_t number = 0; number < 600; ++number) {
        int expected = 0;
        for (const auto& call : native_calls())
            if (call.number == number) expected = call.error;
        if (number == SYS_request_key) expected = ENOSYS;
        if (number == SYS_socket || number == SYS_socketpair) expected = EAFNOSUPPORT;  // family 0
        EXPECT_EQ(denied(plain, {native, number, {}}), expected) << number;
    }
}

TEST(DefaultFilter, DeniesEveryListedCallOfThe32BitAbi) {
    for (const auto& call : i386_calls())
        EXPECT_EQ(denied(plain, {i386, call.number, {}}), call.error) << call.name;
    EXPECT_EQ(denied(plain, {i386, 1, {}}), 0);
}

TEST(DefaultFilter, OpensOnlyCommonSocketFamilies) {
    for (std::uint32_t family = 0; family < 64; ++family) {
        const bool common =
            family == AF_UNIX || family == AF_INET || family == AF_INET6 || family == AF_NETLINK;
        for (const auto& call : {Call{native, SYS_socket, {family}}, Call{i386, 359, {family}}})
            EXPECT_EQ(denied(plain, call), common ? 0 : EAFNOSUPPORT) << family;
    }
}

TEST(DefaultFilter, EveryVariantIsShortEnoughForItsJumps) {
    for (const bool is_application : {false, true})
        for (const std::uint64_t capabilities :
             {0ULL, 1ULL << CAP_NET_RAW, 1ULL << CAP_NET_ADMIN, ~0ULL})
            for (const bool is_movable : {false, true}) {
                const auto filter = default_filter({is_application, capabilities, is_movable});
                EXPECT_GT(filter.size(), 90U);
                EXPECT_LT(filter.size(), is_movable ? 320U : 256U);
            }
}

TEST(DefaultFilter, LooksAtTheHalfOfAnArgumentThatTheKernelReads) {
    constexpr std::uint64_t rubbish = std::uint64_t{1} << 32;
    EXPECT_EQ(denied(plain, {native, SYS_socket, {rubbish | AF_ALG}}), EAFNOSUPPORT);
    EXPECT_EQ(denied(plain, {native, SYS_socket, {rubbish | AF_UNIX}}), 0);
    EXPECT_EQ(denied(plain, {native, SYS_ioctl, {0, rubbish | TIOCSTI}}), EPERM);
}

TEST(DefaultFilter, PacketSocketsAndHiddenFamiliesNeedTheRawPrivilege) {
    constexpr FilterWish raw = {.capabilities = 1U << CAP_NET_RAW};
    EXPECT_EQ(denied(plain, {native, SYS_socket, {AF_PACKET}}), EAFNOSUPPORT);
    EXPECT_EQ(denied(raw, {native, SYS_socket, {AF_PACKET}}), 0);
    EXPECT_EQ(denied(plain, {i386, 102, {1}}), EAFNOSUPPORT);
    EXPECT_EQ(denied(plain, {i386, 102, {2}}), 0);  // bind
    EXPECT_EQ(denied(raw, {i386, 102, {1}}), 0);
    EXPECT_EQ(denied(raw, {native, SYS_socket, {AF_ALG}}), EAFNOSUPPORT);
}

TEST(DefaultFilter, RawSocketsNeedTheRawPrivilege) {
    constexpr FilterWish raw = {.capabilities = 1U << CAP_NET_RAW};
    for (const std::uint64_t family : {AF_INET, AF_INET6})
        for (const int type : {int{SOCK_RAW}, int{SOCK_PACKET}, SOCK_RAW | SOCK_CLOEXEC}) {
            EXPECT_EQ(
                denied(plain, {native, SYS_socket, {family, static_cast<std::uint64_t>(type)}}),
                EPERM);
            EXPECT_EQ(denied(raw, {native, SYS_socket, {family, static_cast<std::uint64_t>(type)}}),
                      0);
        }
    EXPECT_EQ(denied(plain, {native, SYS_socket, {AF_INET, SOCK_DGRAM, 1}}), 0);  // ping
    EXPECT_EQ(denied(plain, {native, SYS_socket, {AF_INET, SOCK_STREAM | SOCK_CLOEXEC}}), 0);
    EXPECT_EQ(bounding_set(0), 1U << CAP_NET_RAW);
}

TEST(DefaultFilter, NetfilterNeedsTheNetworkPrivilege) {
    constexpr FilterWish administrator = {.capabilities = 1U << CAP_NET_ADMIN};
    const Call netfilter = {native, SYS_socket, {AF_NETLINK, SOCK_RAW, 12}};
    const Call xtables = {native, SYS_setsockopt, {3, 0, 64}};
    EXPECT_EQ(denied(plain, netfilter), EPROTONOSUPPORT);
    EXPECT_EQ(denied(administrator, netfilter), 0);
    EXPECT_EQ(denied(plain, xtables), EPERM);
    EXPECT_EQ(denied(administrator, xtables), 0);
    EXPECT_EQ(denied(plain, {native, SYS_socket, {AF_NETLINK, SOCK_RAW, 0}}), 0);
    EXPECT_EQ(denied(plain, {native, SYS_setsockopt, {3, SOL_SOCKET, 64}}), 0);
    EXPECT_EQ(denied(administrator, {native, SYS_socket, {AF_NETLINK, SOCK_RAW, 21}}),
              EPROTONOSUPPORT);  // crypto
}

TEST(DefaultFilter, TerminalsCannotBeTypedInto) {
    EXPECT_EQ(denied(plain, {native, SYS_ioctl, {0, TIOCSTI}}), EPERM);
    EXPECT_EQ(denied(plain, {i386, 54, {0, TIOCSTI}}), EPERM);
    EXPECT_EQ(denied(plain, {native, SYS_ioctl, {0, 0x541c}}), EPERM);
    EXPECT_EQ(denied(plain, {native, SYS_ioctl, {0, TIOCGWINSZ}}), 0);
}

TEST(DefaultFilter, OnlyApplicationWparsMayNotNestUserNamespaces) {
    const Call unshare = {native, SYS_unshare, {CLONE_NEWUSER | CLONE_NEWNS}};
    EXPECT_EQ(denied(plain, unshare), 0);
    EXPECT_EQ(denied(application, unshare), EPERM);
    EXPECT_EQ(denied(application, {native, SYS_clone, {CLONE_NEWUSER | 17}}), EPERM);
    EXPECT_EQ(denied(application, {native, SYS_clone, {17}}), 0);
    EXPECT_EQ(denied(application, {native, SYS_clone3, {}}), ENOSYS);
    EXPECT_EQ(denied(plain, {native, SYS_clone3, {}}), 0);
    EXPECT_EQ(denied(application, {native, SYS_keyctl, {}}), ENOSYS);
}

TEST(DefaultFilter, WhatCouldNeverBeSavedIsDeniedInACheckpointableWpar) {
    for (const auto& call : native_unmovable_calls()) {
        EXPECT_EQ(denied(movable, {native, call.number, {}}), ENOSYS) << call.name;
        EXPECT_EQ(denied(plain, {native, call.number, {}}), 0) << call.name;
        EXPECT_EQ(denied({.application = true, .movable = true}, {native, call.number, {}}),
                  ENOSYS);
    }
    for (const auto& call : i386_unmovable_calls())
        EXPECT_EQ(denied(movable, {i386, call.number, {}}), ENOSYS) << call.name;
}

TEST(DefaultFilter, ACheckpointableWparMakesOnlyMountNamespaces) {
    for (const std::uint64_t flag :
         {0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x02000000, 0x40000000}) {
        EXPECT_EQ(denied(movable, {native, SYS_unshare, {flag | CLONE_NEWNS}}), EPERM) << flag;
        EXPECT_EQ(denied(movable, {native, SYS_clone, {flag | 17}}), EPERM) << flag;
        EXPECT_EQ(denied(movable, {i386, 310, {flag}}), EPERM) << flag;
    }
    EXPECT_EQ(denied(movable, {native, SYS_unshare, {0x80}}), EPERM);  // time
    EXPECT_EQ(denied(movable, {native, SYS_clone, {0x80 | CLONE_VM}}),
              0);  // of clone it is a signal
    // what newer systemds cannot be without
    EXPECT_EQ(denied(movable, {native, SYS_clone, {CLONE_PIDFD | 17}}), 0);
    EXPECT_EQ(denied(movable, {native, SYS_pidfd_open, {1, 0}}), 0);
    EXPECT_EQ(denied(movable, {native, SYS_unshare, {CLONE_NEWNS}}), 0);
    EXPECT_EQ(denied(movable, {native, SYS_clone, {CLONE_NEWNS | 17}}), 0);
}

TEST(DefaultFilter, RareSocketsAreDeniedInACheckpointableWpar) {
    constexpr FilterWish raw = {.capabilities = 1U << CAP_NET_RAW, .movable = true};
    for (const auto& wish : {movable, raw}) {
        for (const std::uint64_t protocol : {132, 262, 33, 115})
            EXPECT_EQ(denied(wish, {native, SYS_socket, {AF_INET, SOCK_STREAM, protocol}}),
                      EPROTONOSUPPORT);
        for (const std::uint64_t protocol : {0, 6, 17, 1})
            EXPECT_EQ(denied(wish, {native, SYS_socket, {AF_INET6, SOCK_DGRAM, protocol}}), 0);
    }
    EXPECT_EQ(denied(plain, {native, SYS_socket, {AF_INET, SOCK_STREAM, 262}}), 0);
    EXPECT_EQ(denied(raw, {native, SYS_socket, {AF_INET, SOCK_RAW, 89}}), 0);
    EXPECT_EQ(denied(movable, {native, SYS_socket, {AF_INET, SOCK_RAW, 89}}), EPERM);
}

TEST(DefaultFilter, SocketOptionsThatCouldNotBeSavedDoNotExistInACheckpointableWpar) {
    constexpr FilterWish administrator = {.capabilities = 1U << CAP_NET_ADMIN, .movable = true};
    for (const auto& wish : {movable, administrator}) {
        EXPECT_EQ(denied(wish, {native, SYS_getsockopt, {3, SOL_SOCKET, 77}}), ENOPROTOOPT);
        EXPECT_EQ(denied(wish, {native, SYS_setsockopt, {3, SOL_SOCKET, 76}}), ENOPROTOOPT);
        EXPECT_EQ(denied(wish, {native, SYS_setsockopt, {3, 6, 31}}), ENOPROTOOPT);
        EXPECT_EQ(denied(wish, {native, SYS_setsockopt, {3, 6, 1}}), 0);
        EXPECT_EQ(denied(wish, {native, SYS_setsockopt, {3, SOL_SOCKET, 2}}), 0);
        EXPECT_EQ(denied(wish, {native, SYS_getsockopt, {3, SOL_SOCKET, 17}}), 0);
        EXPECT_EQ(denied(wish, {native, SYS_getsockopt, {3, 6, 77}}), 0);
    }
    EXPECT_EQ(denied(movable, {native, SYS_setsockopt, {3, 0, 64}}), EPERM);
    EXPECT_EQ(denied(administrator, {native, SYS_setsockopt, {3, 0, 64}}), 0);
    EXPECT_EQ(denied(plain, {native, SYS_getsockopt, {3, SOL_SOCKET, 77}}), 0);
}

TEST(DefaultFilter, OtherAbisDoNotExist) {
    EXPECT_EQ(denied(plain, {native, 0x40000000 | SYS_socket, {AF_UNIX}}), ENOSYS);
    EXPECT_EQ(denied(plain, {AUDIT_ARCH_ARM, 1, {}}), ENOSYS);
    EXPECT_EQ(denied(plain, {native, 0xffffffff, {}}), 0);
}

}  // namespace
}  // namespace security
