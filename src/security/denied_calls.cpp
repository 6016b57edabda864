#include "security/denied_calls.h"

#include <sys/syscall.h>

#include <array>
#include <cerrno>

namespace security {
namespace {

constexpr std::array native = {
    DeniedCall{"io_uring_setup", SYS_io_uring_setup, ENOSYS},
    DeniedCall{"io_uring_enter", SYS_io_uring_enter, ENOSYS},
    DeniedCall{"io_uring_register", SYS_io_uring_register, ENOSYS},
    DeniedCall{"userfaultfd", SYS_userfaultfd, ENOSYS},
    DeniedCall{"bpf", SYS_bpf, EPERM},
    DeniedCall{"perf_event_open", SYS_perf_event_open, EPERM},
    DeniedCall{"kexec_load", SYS_kexec_load, EPERM},
    DeniedCall{"kexec_file_load", SYS_kexec_file_load, EPERM},
    DeniedCall{"init_module", SYS_init_module, EPERM},
    DeniedCall{"finit_module", SYS_finit_module, EPERM},
    DeniedCall{"delete_module", SYS_delete_module, EPERM},
    DeniedCall{"lookup_dcookie", SYS_lookup_dcookie, EPERM},
    DeniedCall{"nfsservctl", SYS_nfsservctl, ENOSYS},
    DeniedCall{"swapon", SYS_swapon, EPERM},
    DeniedCall{"swapoff", SYS_swapoff, EPERM},
    DeniedCall{"acct", SYS_acct, EPERM},
    DeniedCall{"open_by_handle_at", SYS_open_by_handle_at, EPERM},
    DeniedCall{"syslog", SYS_syslog, EPERM},
#if defined(__x86_64__)
    DeniedCall{"create_module", SYS_create_module, ENOSYS},
    DeniedCall{"query_module", SYS_query_module, ENOSYS},
    DeniedCall{"get_kernel_syms", SYS_get_kernel_syms, ENOSYS},
    DeniedCall{"iopl", SYS_iopl, EPERM},
    DeniedCall{"ioperm", SYS_ioperm, EPERM},
    DeniedCall{"uselib", SYS_uselib, ENOSYS},
    DeniedCall{"_sysctl", SYS__sysctl, ENOSYS},
#endif
};

constexpr std::array i386 = {
    DeniedCall{"io_uring_setup", 425, ENOSYS},
    DeniedCall{"io_uring_enter", 426, ENOSYS},
    DeniedCall{"io_uring_register", 427, ENOSYS},
    DeniedCall{"userfaultfd", 374, ENOSYS},
    DeniedCall{"bpf", 357, EPERM},
    DeniedCall{"perf_event_open", 336, EPERM},
    DeniedCall{"kexec_load", 283, EPERM},
    DeniedCall{"init_module", 128, EPERM},
    DeniedCall{"finit_module", 350, EPERM},
    DeniedCall{"delete_module", 129, EPERM},
    DeniedCall{"lookup_dcookie", 253, EPERM},
    DeniedCall{"nfsservctl", 169, ENOSYS},
    DeniedCall{"swapon", 87, EPERM},
    DeniedCall{"swapoff", 115, EPERM},
    DeniedCall{"acct", 51, EPERM},
    DeniedCall{"open_by_handle_at", 342, EPERM},
    DeniedCall{"syslog", 103, EPERM},
    DeniedCall{"create_module", 127, ENOSYS},
    DeniedCall{"query_module", 167, ENOSYS},
    DeniedCall{"get_kernel_syms", 130, ENOSYS},
    DeniedCall{"iopl", 110, EPERM},
    DeniedCall{"ioperm", 101, EPERM},
    DeniedCall{"uselib", 86, ENOSYS},
    DeniedCall{"_sysctl", 149, ENOSYS},
    DeniedCall{"vm86", 166, EPERM},
    DeniedCall{"vm86old", 113, EPERM},
};

// clone3: namespaces are asked for where no filter can see them.
constexpr std::array native_unmovable = {
    DeniedCall{"clone3", SYS_clone3, ENOSYS},
    DeniedCall{"fanotify_init", SYS_fanotify_init, ENOSYS},
    DeniedCall{"memfd_secret", SYS_memfd_secret, ENOSYS},
    DeniedCall{"landlock_create_ruleset", SYS_landlock_create_ruleset, ENOSYS},
    DeniedCall{"landlock_add_rule", SYS_landlock_add_rule, ENOSYS},
    DeniedCall{"landlock_restrict_self", SYS_landlock_restrict_self, ENOSYS},
    DeniedCall{"add_key", SYS_add_key, ENOSYS},
    DeniedCall{"keyctl", SYS_keyctl, ENOSYS},
};

constexpr std::array i386_unmovable = {
    DeniedCall{"clone3", 435, ENOSYS},
    DeniedCall{"fanotify_init", 338, ENOSYS},
    DeniedCall{"memfd_secret", 447, ENOSYS},
    DeniedCall{"landlock_create_ruleset", 444, ENOSYS},
    DeniedCall{"landlock_add_rule", 445, ENOSYS},
    DeniedCall{"landlock_restrict_self", 446, ENOSYS},
    DeniedCall{"add_key", 286, ENOSYS},
    DeniedCall{"keyctl", 288, ENOSYS},
};

}  // namespace

std::span<const DeniedCall> native_calls() { return native; }
std::span<const DeniedCall> i386_calls() { return i386; }
std::span<const DeniedCall> native_unmovable_calls() { return native_unmovable; }
std::span<const DeniedCall> i386_unmovable_calls() { return i386_unmovable; }

}  // namespace security
