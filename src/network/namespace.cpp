#include "network/namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/fd.h"
#include "os/superblock.h"

namespace network {

Result<void> inside(int netns_fd, const std::function<Result<void>()>& step) {
    const UniqueFd home(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
    if (!home) return Error::os(errno, "open", "/proc/self/ns/net");
    if (::setns(netns_fd, CLONE_NEWNET) != 0)
        return Error::os(errno, "setns", "network namespace of the workload partition");
    auto done = step();
    if (::setns(home.get(), CLONE_NEWNET) != 0) std::abort();
    return done;
}

// In a /proc of its own: in the global one the kernel looks through the parameters of all network namespaces, 1 ms with
// a thousand of them.
Result<void> write_parameter(const char* path, std::string_view value) {
    const auto proc = TRY(os::mount_detached({.type = "proc", .source = "proc"}));
    const UniqueFd file(::openat(proc.get(), path, O_WRONLY | O_CLOEXEC));
    if (!file) return Error::os(errno, "open", path);
    if (::write(file.get(), value.data(), value.size()) < 0) return Error::os(errno, "write", path);
    return {};
}

}  // namespace network
