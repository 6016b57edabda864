#include "network/namespace.h"

#include <fcntl.h>
#include <sched.h>

#include <cerrno>
#include <cstdlib>

#include "base/fd.h"

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

}  // namespace network
