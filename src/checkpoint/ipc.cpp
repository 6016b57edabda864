#include "checkpoint/ipc.h"

#include <fcntl.h>
#include <sched.h>

#include <array>
#include <cerrno>
#include <string>

#include "base/fd.h"
#include "os/mount.h"
#include "os/namespace.h"
#include "os/superblock.h"

namespace checkpoint {
namespace {

constexpr std::array settings = {"/proc/sys/kernel/sem",
                                 "/proc/sys/kernel/msgmax",
                                 "/proc/sys/kernel/msgmnb",
                                 "/proc/sys/kernel/msgmni",
                                 "/proc/sys/kernel/auto_msgmni",
                                 "/proc/sys/kernel/shmmax",
                                 "/proc/sys/kernel/shmall",
                                 "/proc/sys/kernel/shmmni",
                                 "/proc/sys/kernel/shm_rmid_forced",
                                 "/proc/sys/kernel/msg_next_id",
                                 "/proc/sys/kernel/sem_next_id",
                                 "/proc/sys/kernel/shm_next_id",
                                 "/proc/sys/fs/mqueue/queues_max",
                                 "/proc/sys/fs/mqueue/msg_max",
                                 "/proc/sys/fs/mqueue/msgsize_max",
                                 "/proc/sys/fs/mqueue/msg_default",
                                 "/proc/sys/fs/mqueue/msgsize_default"};
using Files = std::array<UniqueFd, settings.size()>;

// Which file a name means depends on the IPC namespace of who looks it up.
Result<Files> open_settings() {
    Files files;
    for (std::size_t at = 0; at < settings.size(); ++at) {
        files.at(at) = UniqueFd(::open(settings.at(at), O_PATH | O_CLOEXEC));
        if (!files.at(at) && errno != ENOENT) return Error::os(errno, "open", settings.at(at));
    }
    return files;
}

Result<void> lend(const UniqueFd& mounts, const UniqueFd& own, const UniqueFd& built) {
    TRY(os::join_namespaces(mounts.get(), CLONE_NEWNS));
    TRY(os::join_namespaces(built.get(), CLONE_NEWIPC));
    const auto files = TRY(open_settings());
    TRY(os::join_namespaces(own.get(), CLONE_NEWIPC));
    for (std::size_t at = 0; at < settings.size(); ++at) {
        if (!files.at(at)) continue;
        const auto mount = TRY(os::clone_mount(files.at(at).get(), settings.at(at)));
        const UniqueFd place(::open(settings.at(at), O_PATH | O_CLOEXEC));
        if (!place) return Error::os(errno, "open", settings.at(at));
        TRY(os::attach_mount(mount.get(), place.get(), settings.at(at)));
    }
    return {};
}

}  // namespace

Result<void> lend_ipc_settings(pid_t criu, pid_t process) {
    const auto mounts = TRY(os::open_namespace(criu, "mnt"));
    const auto own = TRY(os::open_namespace(criu, "ipc"));
    const auto built = TRY(os::open_namespace(process, "ipc"));
    return os::in_child([&] { return lend(mounts, own, built); }).within("settings of IPC");
}

}  // namespace checkpoint
