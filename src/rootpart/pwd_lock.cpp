#include "rootpart/pwd_lock.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <thread>

namespace rootpart {
namespace {

constexpr auto patience = std::chrono::seconds(5);
constexpr auto pause = std::chrono::milliseconds(20);

}  // namespace

Result<PasswordLock> PasswordLock::take(const os::Dir& target) {
    auto fd = TRY(target.open_file({.path = "etc/.pwd.lock",
                                    .flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
                                    .mode = 0600,
                                    .no_symlinks = true}));
    struct stat found = {};
    if (::fstat(fd.get(), &found) != 0 || !S_ISREG(found.st_mode))
        return Error{Kind::invalid,
                     "'/etc/.pwd.lock' in the workload partition is no file; remove it"};
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    const auto until = std::chrono::steady_clock::now() + patience;
    while (::fcntl(fd.get(), F_OFD_SETLK, &lock) != 0) {
        if (errno != EAGAIN && errno != EACCES) return Error::os(errno, "lock", "/etc/.pwd.lock");
        if (std::chrono::steady_clock::now() > until)
            return Error{Kind::busy,
                         "somebody in the workload partition holds the lock of its accounts "
                         "(/etc/.pwd.lock); try again when he is done"};
        std::this_thread::sleep_for(pause);
    }
    return PasswordLock(std::move(fd));
}

}  // namespace rootpart
