#include "launch/child.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>

#include "os/mount.h"
#include "os/namespace.h"
#include "os/superblock.h"

namespace launch {
namespace {
constexpr int channel_place = 3;
}

Result<Channel> keep_only(Channel channel) {
    if (channel.fd() != channel_place) {
        if (::dup3(channel.fd(), channel_place, O_CLOEXEC) < 0)
            return Error::os(errno, "dup3", "handshake");
        channel = Channel(UniqueFd(channel_place));
    }
    if (::close_range(channel_place + 1, ~0U, 0) != 0) return Error::os(errno, "close_range", "");
    return channel;
}

Result<void> enter_cgroup_namespace(const CgroupView& view) {
    TRY(os::leave_namespaces(CLONE_NEWCGROUP));
    const UniqueFd target(::open("/sys/fs/cgroup", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!target) return Error::os(errno, "open", "/sys/fs/cgroup");
    const std::uint64_t inert = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
    const auto mount =
        TRY(os::mount_detached({.type = "cgroup2",
                                .source = "cgroup2",
                                .attributes = inert | (view.read_only ? MOUNT_ATTR_RDONLY : 0)}));
    return os::attach_mount(mount.get(), target.get(), "/sys/fs/cgroup");
}

Error cannot_execute(int number, const std::string& program) {
    auto error = Error::os(number, "execute", program);
    if (number == ENOENT)
        error.text = cat("'", printable(program),
                         "' was not found, or the interpreter it names was not (ENOENT)");
    if (number == EACCES)
        error.text = cat("'", printable(program), "' is not an executable file (EACCES)");
    if (number == ENOEXEC)
        error.text = cat("'", printable(program),
                         "' is neither a program of this machine's kind nor a script that begins "
                         "with #! (ENOEXEC); give it a first line like #!/bin/sh, or run it by its "
                         "interpreter: /bin/sh ",
                         shell_word(program));
    return error;
}

}  // namespace launch
