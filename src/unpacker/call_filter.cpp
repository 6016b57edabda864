#include "unpacker/call_filter.h"

#include <sched.h>
#include <seccomp.h>

#include <array>
#include <cerrno>
#include <memory>
#include <span>

namespace unpacker {
namespace {

// By name: those that an architecture does not have are passed over.
// The descriptors we were given, mkwpar, memory, and the C library's own.
constexpr std::array always = {
    "read",          "pread64",
    "write",         "pwrite64",
    "writev",        "close",
    "lseek",         "_llseek",
    "fstat",
    "newfstatat",  // the C library's way to fstat; of no use without a name
    "ftruncate",     "fcntl",
    "dup",           "sendmsg",
    "recvmsg",       "brk",
    "mmap",          "munmap",
    "mremap",        "mprotect",
    "madvise",       "futex",
    "getpid",        "gettid",
    "clock_gettime", "gettimeofday",
    "time",          "getrandom",
    "rt_sigaction",  "rt_sigprocmask",
    "rt_sigreturn",  "sigaltstack",
    "tgkill",        "uname",
    "sysinfo",       "exit",
    "exit_group",    "restart_syscall",
    "sched_yield",   "sched_getaffinity",
};
// Files below the target.
constexpr std::array with_files = {
    "openat",  "openat2",         "fstatat64", "statx",      "fstatfs",   "getdents64",
    "mkdirat", "sync_file_range", "unlinkat",  "renameat2",  "linkat",    "symlinkat",
    "mknodat", "readlinkat",      "faccessat", "faccessat2", "fchown",    "fchownat",
    "fchmod",  "fchmodat",        "utimensat", "fsetxattr",  "fgetxattr", "fremovexattr",
    "umask",   "getcwd",
};
// clone3 is not among them: its flags are where no filter sees them, and the C library then takes clone.
constexpr std::array with_threads = {"set_robust_list", "rseq", "sched_setaffinity"};

struct Release {
    void operator()(void* filter) const { ::seccomp_release(filter); }
};

Result<void> allow(scmp_filter_ctx filter, std::span<const char* const> names) {
    for (const auto* name : names) {
        const int number = ::seccomp_syscall_resolve_name(name);
        if (number == __NR_SCMP_ERROR || number < 0) continue;
        if (const int added = ::seccomp_rule_add_exact(filter, SCMP_ACT_ALLOW, number, 0);
            added != 0)
            return Error::os(-added, "seccomp", name);
    }
    return {};
}

// A thread of this process, never a process of its own.
Result<void> allow_threads(scmp_filter_ctx filter) {
    TRY(allow(filter, with_threads));
#if defined(__s390x__)
    constexpr unsigned flags = 1;
#else
    constexpr unsigned flags = 0;
#endif
    const scmp_arg_cmp is_thread = {flags, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD};
    const int added =
        ::seccomp_rule_add_exact_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, &is_thread);
    return added == 0 ? Result<void>() : Error::os(-added, "seccomp", "clone");
}

}  // namespace

Result<void> restrict_calls(const Calls& needed) {
    const std::unique_ptr<void, Release> filter(::seccomp_init(SCMP_ACT_ERRNO(ENOSYS)));
    if (!filter) return Error::os(ENOMEM, "seccomp", "filter");
    TRY(allow(filter.get(), always));
    if (needed.files) TRY(allow(filter.get(), with_files));
    if (needed.threads) TRY(allow_threads(filter.get()));
    const int loaded = ::seccomp_load(filter.get());
    if (loaded == 0) return {};
    return Error::os(-loaded, "seccomp", "load");
}

}  // namespace unpacker
