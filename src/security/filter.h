// The default seccomp filter: what no WPAR has use for, denied with the error that makes programs
// fall back. It only denies; whatever is not in the list works as far as the namespaces and
// capabilities let it.
//
// Denied to all (EPERM unless said):
//   io_uring (ENOSYS)             many holes so far, and cannot be checkpointed; libraries fall
//   back to epoll userfaultfd (ENOSYS), bpf, perf_event_open, lookup_dcookie, kernel log (syslog)
//   windows into the kernel kernel modules, kexec, swap, process accounting, I/O ports, vm86, old
//   calls          belong to the machine open_by_handle_at             reaches files outside the
//   root by number request_key (ENOSYS)          makes the kernel run a program of the global
//   environment socket families other than unix, inet, inet6, netlink (EAFNOSUPPORT): AF_ALG,
//   AF_VSOCK, ... load rare kernel modules rare netlink protocols (EPROTONOSUPPORT): crypto, rdma,
//   iscsi, connector ... ioctl TIOCSTI, TIOCLINUX      type into the terminal of who logged in;
//   TIOCSETD: rare line disciplines
// Unless CAP_NET_RAW is granted:   raw and packet sockets; socketcall(socket), which hides the
// family from a filter: 32-bit x86
//                                  programs that open sockets need PV_NET_RAWSOCK
// Unless CAP_NET_ADMIN is granted: netfilter and xfrm, also in a nested user namespace
// Application WPARs only:          new user namespaces (clone3: ENOSYS, its flags hide from a
// filter), add_key and keyctl
//                                  (ENOSYS), because the keyrings are those of the same user
//                                  outside
// Checkpointable WPARs only, what CRIU could never save, or what a restored process would silently be without; each with
// the error that a kernel without it gives, so that programs do without:
//   new uts, ipc, user, pid, cgroup, network and time namespaces (EPERM: systemd ignores ProtectHostname= and PrivateIPC=
//   then); clone3 (ENOSYS, its flags hide)
//   the pidfd of a socket's peer: SO_PEERPIDFD, SO_PASSPIDFD (ENOPROTOOPT). Not pidfd_open and CLONE_PIDFD: newer
//   systemds do not start without, and CRIU 4.1 saves them
//   fanotify_init, memfd_secret, Landlock, whose confinement would be gone, and keyrings, whose keys would be (ENOSYS)
//   internet sockets of SCTP, MPTCP and other rare protocols (EPROTONOSUPPORT), TLS in the kernel (TCP_ULP:
//   ENOPROTOOPT)
// Allowed on purpose: mounts, keyrings and nested user namespaces in a system WPAR (systemd and
// sandboxes use them; sysctl user.max_user_namespaces=0 turns them off), reboot (ends the WPAR
// only), ptrace.
#pragma once
#include <linux/filter.h>

#include <cstdint>
#include <vector>

namespace security {

struct FilterWish {
    bool application = false;
    std::uint64_t capabilities =
        0;  // bit n: capability n is granted (security/privileges.h, capabilities_of)
    bool movable = false;  // checkpointable
};
std::vector<sock_filter> default_filter(const FilterWish& wish);
/// The bounding set that goes with it: what is granted and CAP_NET_RAW, which the filter keeps shut
/// where it is not granted. Without it programs with that file capability (ping) could not be
/// executed at all.
std::uint64_t bounding_set(std::uint64_t granted);

}  // namespace security
