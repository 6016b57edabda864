#include "rootpart/place.h"

#include <unistd.h>

#include <cerrno>

namespace rootpart {
namespace {

Result<os::Dir> open_next(const os::Dir& here, const std::string& part) {
    auto fd = TRY(here.open_file(
        {.path = part, .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW, .no_symlinks = true}));
    return os::Dir(std::move(fd), cat(here.path(), "/", part));
}

Result<void> give_metadata(const os::Dir& global, const os::Dir& made, const std::string& path) {
    const auto like = global.beneath(path);
    if (like) return copy_directory_metadata(like->fd(), made.fd(), made.path());
    if (::fchown(made.fd(), 0, 0) == 0 && ::fchmod(made.fd(), 0755) == 0) return {};
    return Error::os(errno, "chown", made.path());
}

}  // namespace

std::string directory_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

Result<os::Dir> ensure_directory(const os::Dir& global, const os::Dir& target,
                                 const std::string& path) {
    auto here = TRY(open_next(target, "."));
    std::string walked;
    for (const auto& part : split(path, '/')) {
        if (part.empty()) continue;
        walked += (walked.empty() ? "" : "/") + part;
        const auto made = here.make_dir(part, 0700);
        if (!made && made.error().kind != Kind::exists) return made.error();
        here = TRY(open_next(here, part));
        if (made) TRY(give_metadata(global, here, walked));
    }
    return here;
}

Result<void> place_file(const os::Dir& global, const os::Dir& target, const Placement& file) {
    const auto directory = TRY(ensure_directory(global, target, directory_of(file.path)));
    NewFile made = {.name = name_of(file.path), .text = file.text, .mode = file.mode};
    struct stat found = {};
    if (!file.like.empty() &&
        ::fstatat(global.fd(), file.like.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG(found.st_mode)) {
        made.mode = found.st_mode & 0777;
        made.uid = found.st_uid;
        made.gid = found.st_gid;
    }
    return write_new(directory.fd(), made, cat("/", file.path));
}

Result<void> place_link(const os::Dir& global, const os::Dir& target, const std::string& path,
                        const std::string& leads_to) {
    const auto directory = TRY(ensure_directory(global, target, directory_of(path)));
    if (::symlinkat(leads_to.c_str(), directory.fd(), name_of(path).c_str()) == 0 ||
        errno == EEXIST)
        return {};
    return Error::os(errno, "make link", cat("/", path));
}

}  // namespace rootpart
