#include "unpacker/call_filter.h"

#include <seccomp.h>

#include <array>
#include <cerrno>
#include <memory>

namespace unpacker {
namespace {

// By name: those that an architecture does not have are passed over.
constexpr std::array allowed = {
    // files below the target, and the descriptors we were given
    "read",
    "pread64",
    "write",
    "pwrite64",
    "writev",
    "close",
    "lseek",
    "_llseek",
    "openat",
    "openat2",
    "fstat",
    "newfstatat",
    "fstatat64",
    "statx",
    "fstatfs",
    "getdents64",
    "mkdirat",
    "unlinkat",
    "renameat2",
    "linkat",
    "symlinkat",
    "mknodat",
    "readlinkat",
    "faccessat",
    "faccessat2",
    "fchown",
    "fchownat",
    "fchmod",
    "fchmodat",
    "utimensat",
    "fsetxattr",
    "ftruncate",
    "fcntl",
    "dup",
    "umask",
    "getcwd",
    // mkwpar
    "sendmsg",
    "recvmsg",
    // memory, and the C library's own
    "brk",
    "mmap",
    "munmap",
    "mremap",
    "mprotect",
    "madvise",
    "futex",
    "getpid",
    "gettid",
    "clock_gettime",
    "gettimeofday",
    "time",
    "getrandom",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "sigaltstack",
    "tgkill",
    "uname",
    "sysinfo",
    "exit",
    "exit_group",
    "restart_syscall",
    "sched_yield",
    "sched_getaffinity",
};

struct Release {
    void operator()(void* filter) const { ::seccomp_release(filter); }
};

}  // namespace

Result<void> restrict_calls() {
    const std::unique_ptr<void, Release> filter(::seccomp_init(SCMP_ACT_ERRNO(ENOSYS)));
    if (!filter) return Error::os(ENOMEM, "seccomp", "filter");
    for (const auto* name : allowed) {
        const int number = ::seccomp_syscall_resolve_name(name);
        if (number == __NR_SCMP_ERROR || number < 0) continue;
        if (const int added = ::seccomp_rule_add_exact(filter.get(), SCMP_ACT_ALLOW, number, 0);
            added != 0)
            return Error::os(-added, "seccomp", name);
    }
    const int loaded = ::seccomp_load(filter.get());
    if (loaded == 0) return {};
    return Error::os(-loaded, "seccomp", "load");
}

}  // namespace unpacker
