#include "cgroup/oom.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"
#include "cgroup/controllers.h"
#include "os/mount_table.h"
#include "os/real_path.h"

namespace cgroup {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto log_file = "/dev/kmsg";
constexpr std::string_view first_namespace = "cgroup:[4026531835]";  // PROC_CGROUP_INIT_INO

bool in_first_namespace() {
    const auto own = os::read_link("/proc/self/ns/cgroup");
    return !own || *own == first_namespace;
}

std::string escaped(std::string_view path) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string shown;
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = byte >= 32 && byte < 127 && c != '\\';
        shown += plain ? std::string(1, c) : cat("\\x", digits[byte >> 4], digits[byte & 15]);
    }
    return shown;
}

// True when there may be more to read.
Result<bool> wait_for_more(int fd, Clock::time_point until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd watched = {fd, POLLIN, 0};
    const int ready = left > 0 ? ::poll(&watched, 1, static_cast<int>(left)) : 0;
    if (ready < 0 && errno != EINTR) return Error::os(errno, "poll", log_file);
    return ready != 0;
}

}  // namespace

Result<LoggedGroup> logged_group(const Hierarchy& hierarchy, const std::string& name) {
    const auto group = group_of(hierarchy, Controller::memory, name);
    const auto table = TRY(os::mount_table());
    const auto* mount = os::mount_of(table, group);
    if (mount == nullptr) return Error{Kind::missing, cat("'", group, "' is on no mount")};
    LoggedGroup logged;
    logged.whole = in_first_namespace();
    // seen from a namespace, the root is told from that, which the log does not know
    const bool rooted = logged.whole && mount->root != "/";
    logged.path = escaped(
        cat(rooted ? mount->root : "", std::string_view(group).substr(mount->point.size())));
    return logged;
}

Result<OomRecords> read_victims(const OomQuery& query) {
    const UniqueFd fd(::open(log_file, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!fd) return Error::os(errno, "open", log_file);
    const auto until = Clock::now() + query.patience;
    OomLog log(query.group, query.after);
    char record[8192];  // the kernel's longest is 8 kB with its escapes
    for (;;) {
        const auto got = ::read(fd.get(), record, sizeof record);
        if (got > 0) {
            log.take({record, static_cast<std::size_t>(got)});
        } else if (got < 0 && errno == EAGAIN) {
            if (log.complete() || !TRY(wait_for_more(fd.get(), until))) break;
        } else if (got == 0) {
            break;
        } else if (errno != EPIPE && errno != EINTR && errno != EINVAL) {
            // EPIPE: what we would have read next was overwritten; EINVAL: longer than ours, passed over
            return Error::os(errno, "read", log_file);
        }
    }
    return OomRecords{log.victims(), log.sequence()};
}

}  // namespace cgroup
