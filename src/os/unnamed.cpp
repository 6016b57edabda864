#include "os/unnamed.h"

#include <fcntl.h>

#include <cerrno>

namespace os {

Result<UniqueFd> make_unnamed() {
    constexpr auto folder = "/var/tmp";
    UniqueFd file(::open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (!file) return Error::os(errno, "make a temporary file in", folder);
    return file;
}

}  // namespace os
