#include "rootpart/listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/fd.h"

namespace rootpart {
namespace {

struct CloseDir {
    void operator()(DIR* stream) const { ::closedir(stream); }
};

unsigned char asked_type(int directory, const char* name) {
    struct stat found = {};
    if (::fstatat(directory, name, &found, AT_SYMLINK_NOFOLLOW) != 0) return DT_UNKNOWN;
    return static_cast<unsigned char>(IFTODT(found.st_mode));
}

}  // namespace

Result<std::vector<Listed>> list_directory(int directory, const std::string& shown) {
    UniqueFd copy(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!copy) return Error::os(errno, "open", shown);
    const std::unique_ptr<DIR, CloseDir> stream(::fdopendir(copy.get()));
    if (!stream) return Error::os(errno, "open", shown);
    (void)copy.release();  // the stream's now
    std::vector<Listed> all;
    errno = 0;
    while (const auto* entry = ::readdir(stream.get())) {
        const std::string_view name = entry->d_name;
        if (name == "." || name == "..") continue;
        const auto type =
            entry->d_type == DT_UNKNOWN ? asked_type(directory, entry->d_name) : entry->d_type;
        if (type != DT_UNKNOWN) all.push_back({std::string(name), type});
        errno = 0;
    }
    if (errno != 0) return Error::os(errno, "list", shown);
    std::sort(all.begin(), all.end(),
              [](const Listed& one, const Listed& other) { return one.name < other.name; });
    return all;
}

}  // namespace rootpart
