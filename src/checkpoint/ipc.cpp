#include "checkpoint/ipc.h"

#include <fcntl.h>
#include <sched.h>

#include <array>
#include <cerrno>

#include "base/fd.h"
#include "os/mount.h"
#include "os/namespace.h"
#include "os/superblock.h"

namespace checkpoint {
namespace {

constexpr std::array next_numbers = {"/proc/sys/kernel/msg_next_id", "/proc/sys/kernel/sem_next_id",
                                     "/proc/sys/kernel/shm_next_id"};
constexpr std::array settings = {"/proc/sys/kernel/sem",
                                 "/proc/sys/kernel/msgmax",
                                 "/proc/sys/kernel/msgmnb",
                                 "/proc/sys/kernel/msgmni",
                                 "/proc/sys/kernel/auto_msgmni",
                                 "/proc/sys/kernel/shmmax",
                                 "/proc/sys/kernel/shmall",
                                 "/proc/sys/kernel/shmmni",
                                 "/proc/sys/kernel/shm_rmid_forced",
                                 "/proc/sys/fs/mqueue/queues_max",
                                 "/proc/sys/fs/mqueue/msg_max",
                                 "/proc/sys/fs/mqueue/msgsize_max",
                                 "/proc/sys/fs/mqueue/msg_default",
                                 "/proc/sys/fs/mqueue/msgsize_default"};

// Which file a name in /proc/sys means depends on the IPC namespace of who looks it up.
Result<UniqueFd> open_place(const char* path) {
    UniqueFd place(::open(path, O_PATH | O_CLOEXEC));
    if (!place && errno != ENOENT) return Error::os(errno, "open", path);
    return place;
}

Result<void> put(const UniqueFd& file, const char* path) {
    const auto place = TRY(open_place(path));
    if (!place || !file) return {};
    const auto mount = TRY(os::clone_mount(file.get(), path));
    return os::attach_mount(mount.get(), place.get(), path);
}

struct Spaces {
    UniqueFd mounts;
    UniqueFd own;
    UniqueFd built;
};

Result<void> lend(const Spaces& spaces) {
    TRY(os::join_namespaces(spaces.mounts.get(), CLONE_NEWNS));
    TRY(os::join_namespaces(spaces.built.get(), CLONE_NEWIPC));
    std::array<UniqueFd, next_numbers.size()> files;
    for (std::size_t at = 0; at < files.size(); ++at)
        files.at(at) = TRY(open_place(next_numbers.at(at)));
    TRY(os::join_namespaces(spaces.own.get(), CLONE_NEWIPC));
    for (std::size_t at = 0; at < files.size(); ++at) TRY(put(files.at(at), next_numbers.at(at)));
    const auto nothing = TRY(open_place("/dev/null"));
    for (const auto* path : settings) TRY(put(nothing, path));
    return {};
}

}  // namespace

Result<void> lend_ipc(pid_t criu, pid_t process) {
    const Spaces spaces = {TRY(os::open_namespace(criu, "mnt")),
                           TRY(os::open_namespace(criu, "ipc")),
                           TRY(os::open_namespace(process, "ipc"))};
    return os::in_child([&] { return lend(spaces); }).within("files of the IPC namespace");
}

}  // namespace checkpoint
