#include "os/write_all.h"

#include <unistd.h>

#include <cerrno>

namespace os {

Result<void> write_all(int to, std::string_view bytes, const std::string& shown) {
    while (!bytes.empty()) {
        const auto written = ::write(to, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return Error::os(errno, "write", shown);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

}  // namespace os
