#include "unpack/target.h"

#include <sys/mount.h>

#include "os/mount.h"

namespace unpack {

// Its ids on disk are plain, but the program that writes them is nobody: neither set-user-ID files nor devices that it
// might make mean anything while it runs.
Result<Target> make_target(const std::string& path, os::IdRange ids) {
    Target target;
    target.users = TRY(os::make_id_namespace(ids));
    target.tree = TRY(os::clone_mounts(path));
    TRY(os::change_mount(target.tree.get(),
                         {.set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC,
                          .user_namespace = target.users.get(),
                          .propagation = MS_PRIVATE,
                          .recursive = true},
                         path));
    return target;
}

}  // namespace unpack
