#include "os/borrow.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace os {

Result<UniqueFd> borrow_fd(int pidfd, int number) {
    UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_getfd, pidfd, number, 0)));
    if (fd) return fd;
    if (errno == ESRCH || errno == EBADF)
        return Error{Kind::missing, cat("descriptor ", number, " is gone"), errno};
    return Error::os(errno, "pidfd_getfd", cat(number));
}

}  // namespace os
