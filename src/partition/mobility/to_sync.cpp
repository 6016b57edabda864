#include "partition/mobility/to_sync.h"

#include <fcntl.h>
#include <unistd.h>

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

}  // namespace

void ToSync::add(const File& file, const std::string& link) {
    if (covers(file)) return;
    const bool alone = files_.size() < most_files;
    if (!alone && systems_.size() == most_systems) {
        all_ = true;
        return;
    }
    UniqueFd opened(::open(link.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!opened) {
        all_ = errno != ENOENT;  // its process has ended
        return;
    }
    if (alone)
        files_.emplace(file, std::move(opened));
    else
        systems_.emplace(file.device, std::move(opened));
}

Result<void> ToSync::bring_to_disk() const {
    if (all_) ::sync();
    for (const auto& [device, file] : systems_) TRY(bring(::syncfs, "syncfs", file.get()));
    for (const auto& [id, file] : files_) TRY(bring(::fsync, "fsync", file.get()));
    return {};
}

}  // namespace partition::mobility
