#include "generation/fingerprint.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

namespace generation {

// A directory's time says only that something in it came or went, and that is told by its entries.
void Fingerprint::add_entry(const std::string& path, const struct stat& found) {
    ++files_;
    std::string line = cat(path, '\0', found.st_mode, ' ', found.st_uid, ' ', found.st_gid);
    if (!S_ISDIR(found.st_mode))
        line += cat(' ', found.st_size, ' ', found.st_mtim.tv_sec, '.', found.st_mtim.tv_nsec, ' ',
                    found.st_rdev);
    line += '\n';
    sum_.add(line);
    if (S_ISREG(found.st_mode)) bytes_ += static_cast<std::uint64_t>(found.st_size);
}

Result<void> Fingerprint::add_directory(const os::Dir& directory, const std::string& path,
                                        dev_t device, const Walk& walk) {
    if (walk.stop && *walk.stop) return Error{Kind::interrupted, "interrupted"};
    for (const auto& name : TRY(directory.entries())) {
        struct stat found = {};
        if (::fstatat(directory.fd(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) continue;
        const auto below = cat(path, "/", name);
        const bool inner = S_ISDIR(found.st_mode);
        if (walk.wanted && !walk.wanted(below, inner)) continue;
        add_entry(below, found);
        if (!inner || found.st_dev != device) continue;
        auto opened =
            directory.open_file({.path = name, .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW});
        if (!opened) continue;  // it vanished
        TRY(add_directory(os::Dir(*std::move(opened), below), below, device, walk));
    }
    return {};
}

Result<void> Fingerprint::add_tree(const os::Dir& top, const Walk& walk) {
    struct stat found = {};
    if (::fstat(top.fd(), &found) != 0) return Error::os(errno, "stat", walk.shown);
    add_entry(walk.shown, found);
    return add_directory(top, walk.shown, found.st_dev, walk);
}

}  // namespace generation
