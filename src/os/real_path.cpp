#include "os/real_path.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/text.h"
#include "os/file_status.h"

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
    const auto path = read_link(cat("/proc/self/fd/", fd));
    if (!path || !path->starts_with('/')) return {};
    struct stat opened = {};
    struct stat named = {};
    if (::fstat(fd, &opened) != 0 || ::lstat(path->c_str(), &named) != 0) return {};
    return same_file(opened, named) ? *path : std::string();
}

Result<std::string> read_link(const std::string& path) { return read_link(AT_FDCWD, path); }

// What does not fit is cut without a word: only a place that is not filled holds all of it.
Result<std::string> read_link(int directory, const std::string& name) {
    for (std::size_t size = 256;; size *= 2) {
        std::string target(size, '\0');
        const auto length = ::readlinkat(directory, name.c_str(), target.data(), size);
        if (length < 0) return Error::os(errno, "readlink", name);
        const auto whole = static_cast<std::size_t>(length);
        if (whole < size) return target.substr(0, whole);
    }
}

}  // namespace os
