#include "launch/own_streams.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"
#include "os/file_status.h"
#include "os/real_path.h"

namespace launch {
namespace {

bool is_same(const struct stat& one, const struct stat& other) {
    if ((one.st_mode & S_IFMT) != (other.st_mode & S_IFMT)) return false;
    if (S_ISCHR(one.st_mode)) return one.st_rdev == other.st_rdev;  // another node of the device
    return os::same_file(one, other);
}

}  // namespace

bool place_streams(const std::array<int, 3>& streams) {
    for (int place = 0; place < 3; ++place) {
        const int given = streams[static_cast<std::size_t>(place)];
        if (given >= 0 && ::dup2(given, place) < 0) return false;
    }
    return true;
}

Result<OwnStreams> OwnStreams::look() {
    OwnStreams all;
    for (int place = 0; place < 3; ++place) {
        struct stat found = {};
        if (::fstat(place, &found) != 0) return Error::os(errno, "stat", cat("descriptor ", place));
        if (S_ISFIFO(found.st_mode) || S_ISSOCK(found.st_mode)) continue;
        all.streams_[static_cast<std::size_t>(place)] = {
            place, TRY(os::read_link(cat("/proc/self/fd/", place))), ::fcntl(place, F_GETFL),
            ::lseek(place, 0, SEEK_CUR)};
    }
    return all;
}

Result<void> OwnStreams::open_again() const {
    constexpr int kept = O_ACCMODE | O_APPEND | O_NONBLOCK;
    for (const auto& one : streams_) {
        if (one.place < 0) continue;
        const UniqueFd again(::open(one.path.c_str(), (one.flags & kept) | O_NOCTTY | O_CLOEXEC));
        struct stat before = {};
        struct stat now = {};
        if (!again) return Error::os(errno, "open", one.path).within("standard stream");
        if (::fstat(one.place, &before) != 0 || ::fstat(again.get(), &now) != 0)
            return Error::os(errno, "stat", one.path);
        if (!is_same(before, now))
            return Error{Kind::missing, cat("standard stream: '", printable(one.path),
                                            "' is another file inside; hand it on through a pipe")};
        if (one.position > 0 && ::lseek(again.get(), one.position, SEEK_SET) < 0)
            return Error::os(errno, "seek", one.path);
        if (::dup2(again.get(), one.place) < 0) return Error::os(errno, "dup2", one.path);
    }
    return {};
}

}  // namespace launch
