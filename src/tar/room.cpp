#include "tar/room.h"

#include <sys/statfs.h>

#include <algorithm>
#include <cerrno>

namespace tar {

Error too_full() {
    return {Kind::full,
            "the image holds more than fits: its file system is full but for a reserve; give a "
            "larger size=, or free some space"};
}

// What only root may use of the rest counts as well: f_bavail is what anybody has.
Result<void> leave(const Reserve& reserve, int fd) {
    struct statfs found = {};
    if (::fstatfs(fd, &found) != 0) return Error::os(errno, "statfs", "target");
    constexpr std::uint64_t part = 50;
    const auto unit = static_cast<std::uint64_t>(found.f_bsize);
    const auto blocks = std::min<std::uint64_t>(reserve.bytes / unit, found.f_blocks / part);
    if (static_cast<std::uint64_t>(found.f_bavail) < blocks) return too_full();
    const bool counts_files = found.f_files != 0;  // btrfs makes them as it goes
    if (counts_files &&
        found.f_ffree < std::min<std::uint64_t>(reserve.files, found.f_files / part))
        return Error{Kind::full,
                     "the image holds more files than fit: no more inodes are left but a reserve"};
    return {};
}

}  // namespace tar
