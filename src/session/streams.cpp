#include "session/streams.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "os/file_status.h"
#include "session/path.h"

namespace session {
namespace {

// A named pipe lies in a directory of the global environment; only those without a name may go
// inside.
bool is_anonymous_pipe(int fd, const struct stat& found) {
    struct statfs system = {};
    return S_ISFIFO(found.st_mode) && ::fstatfs(fd, &system) == 0 && system.f_type == PIPEFS_MAGIC;
}

Route route_of(int fd) {
    struct stat found = {};
    if (::fstat(fd, &found) != 0 || os::is_null_device(found)) return Route::null;
    if (S_ISSOCK(found.st_mode) || is_anonymous_pipe(fd, found)) return Route::pass;
    return Route::pipe;
}

Result<void> make_pipe(Streams& streams, int fd, uid_t owner) {
    const auto at = static_cast<std::size_t>(fd);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return Error::os(errno, "pipe", "");
    streams.inside[at] = UniqueFd(ends[fd == 0 ? 0 : 1]);
    streams.outside[at] = UniqueFd(ends[fd == 0 ? 1 : 0]);
    if (::fcntl(streams.outside[at].get(), F_SETFL, O_NONBLOCK) != 0 ||
        ::fchown(ends[0], owner, owner) != 0)
        return Error::os(errno, "set up", "pipe");
    return {};
}

// The node may be anything the owner of the WPAR put there.
UniqueFd open_null() {
    UniqueFd fd = open_inside("/dev/null", O_RDWR | O_NONBLOCK | O_NOCTTY);
    struct stat found = {};
    if (fd && ::fstat(fd.get(), &found) == 0 && os::is_null_device(found)) return fd;
    int ends[2];  // a closed pipe: end of file for a reader, an error for a writer
    if (::pipe2(ends, O_CLOEXEC) != 0) return UniqueFd();
    ::close(ends[1]);
    return UniqueFd(ends[0]);
}

}  // namespace

Result<Streams> plan_streams(bool terminal, uid_t owner) {
    Streams streams;
    const bool pty = terminal && ::isatty(0) && ::isatty(1);
    for (int fd = 0; fd < 3; ++fd) {
        auto& route = streams.routes[static_cast<std::size_t>(fd)];
        route = pty && (fd < 2 || ::isatty(2)) ? Route::terminal : route_of(fd);
        if (route != Route::pipe) continue;
        if (fd == 2 && streams.routes[1] == Route::pipe && os::same_file(1, 2))
            streams.error_as = 1;
        else
            TRY(make_pipe(streams, fd, owner));
    }
    return streams;
}

Result<void> close_others(const Streams& streams, int link) {
    std::vector<unsigned> kept = {static_cast<unsigned>(link)};
    for (const auto& end : streams.inside)
        if (end) kept.push_back(static_cast<unsigned>(end.get()));
    std::sort(kept.begin(), kept.end());
    unsigned first = 3;
    for (const auto fd : kept) {
        if (fd > first && ::close_range(first, fd - 1, 0) != 0)
            return Error::os(errno, "close_range", "");
        first = std::max(first, fd + 1);
    }
    if (::close_range(first, ~0U, 0) != 0) return Error::os(errno, "close_range", "");
    return {};
}

Result<void> place_streams(const Streams& streams, int slave, uid_t user) {
    for (const auto& end : streams.inside)
        if (end) (void)::fchown(end.get(), user, static_cast<gid_t>(-1));
    for (int fd = 0; fd < 3; ++fd) {
        const auto at = static_cast<std::size_t>(fd);
        UniqueFd null;
        int source = fd;
        if (streams.routes[at] == Route::terminal) source = slave;
        if (streams.routes[at] == Route::pipe)
            source = fd == 2 && streams.error_as == 1 ? 1 : streams.inside[at].get();
        if (streams.routes[at] == Route::null) {
            null = open_null();
            source = null.get();
        }
        if (source == fd) {
            (void)null.release();  // it was opened at its place
            (void)::fcntl(fd, F_SETFD, 0);
        } else if (::dup2(source, fd) < 0) {
            return Error::os(errno, "dup2", cat("descriptor ", fd));
        }
    }
    return {};
}

}  // namespace session
