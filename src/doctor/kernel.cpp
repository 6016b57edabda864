#include "doctor/kernel.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>

#include "base/fd.h"
#include "os/child.h"
#include "os/namespace.h"

namespace doctor {
namespace {

// Their complaint about arguments that make no sense says that they are there.
int error_of(long result) {
    const int error = result < 0 ? errno : 0;
    return error == ENOSYS || error == EPERM ? error : 0;
}

int try_opening(long result) {
    const int error = result < 0 ? errno : 0;
    const UniqueFd close(static_cast<int>(result));
    return error;
}

int try_openat2() {
    open_how how = {};
    how.flags = O_PATH | O_CLOEXEC;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    return try_opening(::syscall(SYS_openat2, AT_FDCWD, "/", &how, sizeof how));
}

int try_clone3() {
    const auto child = os::clone_process({});
    if (!child) return child.error().os_number;
    if (child->pid == 0) ::_exit(0);
    (void)os::reap(child->pid);
    return 0;
}

}  // namespace

std::vector<TriedCall> try_calls() {
    constexpr unsigned no_descriptor = UINT_MAX;
    return {
        {"openat2", "5.6", try_openat2()},
        {"pidfd_open", "5.3", try_opening(::syscall(SYS_pidfd_open, ::getpid(), 0))},
        {"clone3", "5.5", try_clone3()},
        {"close_range", "5.9",
         error_of(::syscall(SYS_close_range, no_descriptor, no_descriptor, 0))},
        {"open_tree", "5.2",
         try_opening(::syscall(SYS_open_tree, AT_FDCWD, "/", OPEN_TREE_CLOEXEC))},
        {"mount_setattr", "5.12",
         error_of(::syscall(SYS_mount_setattr, -1, "", AT_EMPTY_PATH, nullptr, 0))},
        {"seccomp", "4.14", error_of(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, nullptr))},
    };
}

Report judge_calls(const std::vector<TriedCall>& tried) {
    Report report;
    std::vector<std::string> names;
    for (const auto& call : tried) {
        names.emplace_back(call.name);
        if (call.error == 0) continue;
        if (call.error == ENOSYS)
            report.add({Severity::error, cat("this kernel has no ", call.name),
                        cat("boot Linux ", call.since, " or newer; Debian 12's has all"),
                        std::string(call.name)});
        else
            report.add({Severity::error,
                        cat(call.name,
                            " is refused: ", Error::os(call.error, call.name, "an attempt").text),
                        "a container around us filters it; run on the machine itself, or let the "
                        "container pass it (seccomp profile)",
                        std::string(call.name)});
    }
    report.state = join(names, " ");
    return report;
}

Report look_at_kernel(const Survey&) { return judge_calls(try_calls()); }

}  // namespace doctor
