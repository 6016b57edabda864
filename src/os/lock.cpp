#include "os/lock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <cstdio>

#include "os/dir.h"

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

bool is_listed_lock(std::string_view locks, std::string_view file, off_t byte) {
    constexpr std::size_t file_field = 5;
    const auto wanted_file = cat(" ", file, " ");
    for (auto at = locks.find(wanted_file); at != std::string_view::npos;
         at = locks.find(wanted_file, at + 1)) {
        // "1: OFDLCK ADVISORY WRITE -1 00:1b:1234 0 0"; a waiter has "->" after its number
        const auto begin = locks.rfind('\n', at) + 1;
        const auto word = words(locks.substr(begin, locks.find('\n', at) - begin));
        if (word.size() < file_field + 3 || word[file_field] != file) continue;
        const auto first = to_number(word[file_field + 1]);
        const auto last = to_number(word[file_field + 2]);  // or EOF
        const auto wanted = static_cast<std::uint64_t>(byte);
        if (first && *first <= wanted && (!last || wanted <= *last)) return true;
    }
    return false;
}

namespace {

bool is_listed(const std::string& path, off_t byte) {
    struct stat found = {};
    if (::stat(path.c_str(), &found) != 0) return false;
    char file[64];
    (void)std::snprintf(file, sizeof file, "%02x:%02x:%ju", major(found.st_dev),
                        minor(found.st_dev), static_cast<std::uintmax_t>(found.st_ino));
    // once: an ordinary user's command looks at all WPARs and is gone in a moment
    static const auto locks = read_file("/proc/locks", std::size_t{16} << 20);
    return locks && is_listed_lock(*locks, file, byte);
}

}  // namespace

bool is_locked(const std::string& path, off_t byte) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return errno == EACCES && is_listed(path, byte);
    const auto held = is_locked(fd.get(), byte);
    return held && *held;
}

}  // namespace os
