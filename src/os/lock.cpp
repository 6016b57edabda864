#include "os/lock.h"

#include <fcntl.h>

#include <cerrno>

namespace os {
namespace {

struct flock one_byte(short type, off_t byte) {
    struct flock lock = {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = byte;
    lock.l_len = 1;
    return lock;
}

}  // namespace

Result<bool> try_lock(int fd, off_t byte) {
    auto lock = one_byte(F_WRLCK, byte);
    if (::fcntl(fd, F_OFD_SETLK, &lock) == 0) return true;
    if (errno == EAGAIN || errno == EACCES) return false;
    return Error::os(errno, "lock", cat("descriptor ", fd));
}

Result<void> wait_lock(int fd, off_t byte) {
    auto lock = one_byte(F_WRLCK, byte);
    if (::fcntl(fd, F_OFD_SETLKW, &lock) == 0) return {};
    return Error::os(errno, "lock", cat("descriptor ", fd));
}

Result<bool> is_locked(int fd, off_t byte) {
    auto lock = one_byte(F_WRLCK, byte);
    if (::fcntl(fd, F_OFD_GETLK, &lock) != 0)
        return Error::os(errno, "lock", cat("descriptor ", fd));
    return lock.l_type != F_UNLCK;
}

bool is_locked(const std::string& path, off_t byte) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return false;
    const auto held = is_locked(fd.get(), byte);
    return held && *held;
}

}  // namespace os
