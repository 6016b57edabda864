#include "filesystem/durable.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "filesystem/attach.h"
#include "os/dir.h"

namespace filesystem {
namespace {

Result<void> sync_file_system(int directory, const std::string& shown) {
    if (::syncfs(directory) == 0) return {};
    return Error::os(errno, "syncfs", shown);
}

}  // namespace

// A file system's own disk comes before the one that holds this disk as a file.
Result<void> make_durable(const std::string& base, const std::string& images) {
    const auto root = TRY(os::Dir::open(base));
    const auto points = TRY(mounts_below(base));
    for (auto point = points.rbegin(); point != points.rend(); ++point) {
        const auto mounted = TRY(root.open_file({.path = cat(".", point->substr(base.size())),
                                                 .flags = O_RDONLY | O_DIRECTORY,
                                                 .no_symlinks = true}));
        TRY(sync_file_system(mounted.get(), *point));
    }
    // the folder's, which holds the base directory itself
    TRY(sync_file_system(TRY(os::Dir::open(cat(base, "/.."))).fd(), base));
    if (!os::exists(images)) return {};
    return sync_file_system(TRY(os::Dir::open(images)).fd(), images);
}

Result<void> make_removal_durable(const std::string& path) {
    auto folder = path;
    do folder.resize(folder.rfind('/'));
    while (!folder.empty() && !os::exists(folder));
    if (folder.empty()) folder = "/";
    const auto parent = TRY(os::Dir::open(folder));
    // EINVAL: a file system that has no disk
    if (::fsync(parent.fd()) == 0 || errno == EINVAL) return {};
    return Error::os(errno, "fsync", folder);
}

}  // namespace filesystem
