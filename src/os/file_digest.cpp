#include "os/file_digest.h"

#include <unistd.h>

#include <cerrno>

#include "base/sha256.h"

namespace os {

Result<std::string> sha256_of(int fd, const std::string& shown) {
    Sha256 digest;
    std::string block(std::size_t{1} << 20, '\0');
    for (;;) {
        const auto got = ::read(fd, block.data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error::os(errno, "read", shown);
        if (got == 0) return digest.finish();
        digest.add({block.data(), static_cast<std::size_t>(got)});
    }
}

}  // namespace os
