#include "partition/mobility/to_sync.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "os/real_path.h"

namespace partition::mobility {
namespace {

constexpr std::size_t most_files = 64;
constexpr std::size_t most_systems = 64;

using Call = int (*)(int);
Result<void> bring(Call call, std::string_view name, int file) {
    if (call(file) == 0 || errno == EINVAL || errno == EROFS) return {};  // no disk below it
    const int number = errno;
    return Error::os(number, name, os::path_of(file));
}

UniqueFd opened_again(int held) {
    const auto link = cat("/proc/self/fd/", held);
    return UniqueFd(::open(link.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

// Of a file that a server keeps from root: a directory above it, of the same file system.
UniqueFd opened_above(int held, std::uint64_t device) {
    auto path = os::path_of(held);
    while (path.starts_with('/') && path.size() > 1) {
        path.resize(std::max<std::size_t>(1, path.rfind('/')));
        UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        struct stat found = {};
        if (folder && ::fstat(folder.get(), &found) == 0 && found.st_dev == device) return folder;
    }
    return UniqueFd();
}

Result<void> bring_system(int held, std::uint64_t device) {
    auto file = opened_again(held);
    if (!file) file = opened_above(held, device);
    if (file) return bring(::syncfs, "syncfs", file.get());
    ::sync();
    return {};
}

Result<void> bring_file(int held, std::uint64_t device) {
    const auto file = opened_again(held);
    return file ? bring(::fsync, "fsync", file.get()) : bring_system(held, device);
}

}  // namespace

void ToSync::add(const File& file, const std::string& link) {
    if (covers(file)) return;
    const bool alone = files_.size() < most_files;
    if (!alone && systems_.size() == most_systems) {
        all_ = true;
        return;
    }
    UniqueFd held(::open(link.c_str(), O_PATH | O_CLOEXEC));
    if (!held) {
        all_ = errno != ENOENT;  // its process has ended
        return;
    }
    if (alone)
        files_.emplace(file, std::move(held));
    else
        systems_.emplace(file.device, std::move(held));
}

Result<void> ToSync::bring_to_disk() const {
    if (all_) ::sync();
    for (const auto& [device, file] : systems_) TRY(bring_system(file.get(), device));
    for (const auto& [id, file] : files_) TRY(bring_file(file.get(), id.device));
    return {};
}

}  // namespace partition::mobility
