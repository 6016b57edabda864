#include "unpacker/confine.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/fd.h"
#include "os/confinement.h"
#include "os/mount.h"
#include "os/namespace.h"
#include "os/superblock.h"
#include "unpack/protocol.h"
#include "unpacker/call_filter.h"
#include "unpacker/landlock.h"

namespace unpacker {
namespace {

constexpr std::uint64_t bit(unsigned capability) { return std::uint64_t{1} << capability; }

// To give files their owners, modes, and file capabilities, and to go through directories that shut their owner out.
constexpr std::uint64_t kept =
    bit(CAP_CHOWN) | bit(CAP_DAC_OVERRIDE) | bit(CAP_FOWNER) | bit(CAP_FSETID) | bit(CAP_SETFCAP);

Result<void> limit(__rlimit_resource resource, rlim_t value) {
    const rlimit wanted = {value, value};
    if (::setrlimit(resource, &wanted) == 0) return {};
    return Error::os(errno, "setrlimit", cat(static_cast<unsigned>(resource)));
}

// processes: threads as well
Result<void> set_limits(rlim_t processes) {
    // xz -9 and zstd --long take some; a sanitizer reserves terabytes
    [[maybe_unused]] constexpr rlim_t memory = rlim_t{1} << 30U;
    // some threads may each remove a deep tree, which takes two for each of 64 levels
    constexpr rlim_t files = 1024;
    rlimit inherited = {};
    if (::getrlimit(RLIMIT_NOFILE, &inherited) != 0) return Error::os(errno, "getrlimit", "files");
    TRY(limit(RLIMIT_CORE, 0));
#ifndef __SANITIZE_ADDRESS__
    TRY(limit(RLIMIT_AS, memory));
#endif
    if (processes != RLIM_INFINITY) TRY(limit(RLIMIT_NPROC, processes));
    return limit(RLIMIT_NOFILE, std::min(files, inherited.rlim_max));
}

Result<void> become_root_of_users() {
    TRY(os::join_namespaces(unpack::users_fd, CLONE_NEWUSER));
    (void)::close(unpack::users_fd);
    if (::syscall(SYS_setgroups, 0, nullptr) != 0) return Error::os(errno, "setgroups", "");
    if (::setresgid(0, 0, 0) != 0) return Error::os(errno, "setresgid", "0");
    if (::setresuid(0, 0, 0) != 0) return Error::os(errno, "setresuid", "0");
    return {};
}

}  // namespace

Result<void> enter_target() {
    TRY(os::change_mount("/", {.propagation = MS_PRIVATE, .recursive = true}));
    // any directory will do: it goes away with all others. Not /, which may be the namespace's very first mount
    constexpr auto place = "/proc";
    const UniqueFd proc(::open(place, O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!proc) return Error::os(errno, "open", place);
    TRY(os::attach_mount(unpack::target_fd, proc.get(), place));
    TRY(os::pivot_into(unpack::target_fd));
    (void)::close(unpack::target_fd);
    return {};
}

Result<void> give_up_rights(unsigned threads) {
    // one that was joined still counts until the kernel has buried it, and a chain joins many
    constexpr rlim_t being_buried = 64;
    TRY(set_limits(threads == 0 ? 0 : rlim_t{threads} + being_buried));
    ::umask(0);
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return Error::os(errno, "prctl", "");
    TRY(restrict_files());
    TRY(os::confine({.capabilities = kept}));
    TRY(os::keep_capabilities(kept));
    // a change of ids forgot it
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return Error::os(errno, "prctl", "");
    return restrict_calls({.threads = threads > 0});
}

Result<void> confine(unsigned threads) {
    TRY(enter_target().within("enter the target"));
    TRY(become_root_of_users());
    return give_up_rights(threads);
}

// No limit on processes: they are counted for nobody, whoever else he may be. The filter allows threads only.
Result<void> confine_to_look(unsigned threads) {
    constexpr id_t nobody = 65534;
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return Error::os(errno, "prctl", "");
    TRY(set_limits(RLIM_INFINITY));
    if (::geteuid() == 0) {
        if (::syscall(SYS_setgroups, 0, nullptr) != 0) return Error::os(errno, "setgroups", "");
        if (::setresgid(nobody, nobody, nobody) != 0) return Error::os(errno, "setresgid", "");
        if (::setresuid(nobody, nobody, nobody) != 0) return Error::os(errno, "setresuid", "");
    }
    TRY(os::keep_capabilities(0));
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return Error::os(errno, "prctl", "");
    return restrict_calls({.files = false, .threads = threads > 0});
}

}  // namespace unpacker
