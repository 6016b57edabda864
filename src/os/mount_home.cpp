#include "os/mount_home.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>

#include "os/mount.h"
#include "os/namespace.h"

namespace os {

Result<MountHome> MountHome::leave() {
    auto space = TRY(open_namespace(0, "mnt"));
    UniqueFd directory(::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!directory) return Error::os(errno, "open", "working directory");
    TRY(leave_namespaces(CLONE_NEWNS));
    MountHome home(std::move(space), std::move(directory));
    TRY(change_mount("/", {.propagation = MS_PRIVATE, .recursive = true}));
    return home;
}

Result<void> MountHome::back() {
    if (!space_) return {};
    TRY(join_namespaces(space_.get(), CLONE_NEWNS).within("return to the own mount namespace"));
    space_ = UniqueFd();
    if (::fchdir(directory_.get()) != 0) return Error::os(errno, "chdir", "working directory");
    return {};
}

}  // namespace os
