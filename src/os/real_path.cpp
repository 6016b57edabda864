#include "os/real_path.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <memory>

#include "base/text.h"

namespace os {

Result<std::string> real_path(const std::string& path) {
    struct FreeText {
        void operator()(char* text) const { ::free(text); }
    };
    const std::unique_ptr<char, FreeText> whole(::realpath(path.c_str(), nullptr));
    if (!whole) return Error::os(errno, "path", path);
    return std::string(whole.get());
}

// The kernel adds " (deleted)" to a name that is gone, which another file may really have.
std::string path_of(int fd) {
    std::array<char, PATH_MAX> text = {};
    const auto link = cat("/proc/self/fd/", fd);
    const auto size = ::readlink(link.c_str(), text.data(), text.size());
    if (size <= 0 || text[0] != '/') return {};
    std::string path(text.data(), static_cast<std::size_t>(size));
    struct stat opened = {};
    struct stat named = {};
    if (::fstat(fd, &opened) != 0 || ::lstat(path.c_str(), &named) != 0) return {};
    if (opened.st_dev != named.st_dev || opened.st_ino != named.st_ino) return {};
    return path;
}

}  // namespace os
