#include "tar/tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "tar/path.h"

namespace tar {
namespace {

Error failed(std::string_view step, const std::string& path) {
    return Error::os(errno, step, printable(path));
}

Result<os::Dir> make_one(const os::Dir& above, const std::string& name) {
    const auto made = above.make_dir(name, 0755);
    if (!made && made.error().kind != Kind::exists) return made.error();
    auto fd =
        TRY(above.open_file({.path = name, .flags = O_RDONLY | O_DIRECTORY, .in_root = true}));
    return os::Dir(std::move(fd), cat(above.path(), "/", name));
}

Result<void> remove_from(const os::Dir& above, const std::string& path) {
    auto removed = above.remove(name_of(path));
    if (removed || removed.error().kind != Kind::busy) return removed;
    return Error{Kind::busy,
                 cat("'/", printable(path),
                     "' is no directory in the image, or goes away in one of its layers, but a "
                     "file system of the workload partition; leave out -M directory=/",
                     printable(path))};
}

int create(const os::Dir& above, const std::string& path) {
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    return ::openat(above.fd(), name_of(path).c_str(), flags, 0600);
}

}  // namespace

void Tree::forget() {
    open_path_.clear();
    open_.reset();
}

Result<os::Dir> Tree::open(const std::string& path) {
    return root_.beneath(path.empty() ? "." : path);
}

// A link on the way leads where it leads inside: step by step from the root each time, since the part behind a link is
// not below the part before it.
Result<os::Dir> Tree::make_way(const std::string& path) {
    std::string walked;
    auto here = TRY(open(walked));
    for (const auto& name : split(path, '/')) {
        walked += cat(walked.empty() ? "" : "/", name);
        auto next = open(walked);
        if (!next && next.error().os_number == ENOENT) next = make_one(here, name);
        if (!next) return next.error();
        here = *std::move(next);
    }
    return here;
}

Result<std::shared_ptr<const os::Dir>> Tree::held_parent(const std::string& path) {
    auto above = parent_of(path);
    if (open_ && above == open_path_) return open_;
    auto found = open(above);
    if (!found && found.error().os_number == ENOENT) found = make_way(above);
    if (!found) return found.error();
    open_ = std::make_shared<const os::Dir>(*std::move(found));
    open_path_ = std::move(above);
    return open_;
}

Result<const os::Dir*> Tree::parent(const std::string& path) {
    return TRY(held_parent(path)).get();
}

Result<os::Dir> Tree::directory(const std::string& path) {
    if (path.empty()) return open(path);
    const auto from = [&](const os::Dir& above) -> Result<os::Dir> {
        auto fd = TRY(above.open_file({.path = name_of(path),
                                       .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
                                       .no_symlinks = true}));
        return os::Dir(std::move(fd), cat(root_.path(), "/", path));
    };
    if (const auto above = parent_of(path); !open_ || above != open_path_)
        return from(TRY(open(above)));
    return from(*open_);
}

Result<void> Tree::remove(const std::string& path) {
    const auto above = open(parent_of(path));
    if (!above && above.error().kind == Kind::missing) return {};
    if (!above) return above.error();
    forget();
    return remove_from(*above, path);
}

Result<std::vector<std::string>> Tree::entries(const std::string& path) {
    const auto found = directory(path);
    if (!found && found.error().kind == Kind::missing) return std::vector<std::string>();
    if (!found) return found.error();
    return found->entries();
}

Result<void> Tree::make_directory(const std::string& path) {
    const auto* above = TRY(parent(path));
    const auto name = name_of(path);
    auto made = above->make_dir(name, 0700);
    if (made || made.error().kind != Kind::exists) return made;
    struct stat found = {};
    const bool there = ::fstatat(above->fd(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0;
    if (there && S_ISDIR(found.st_mode)) return {};
    if (there) TRY(remove(path));
    above = TRY(parent(path));
    return above->make_dir(name, 0700);
}

Result<UniqueFd> Tree::make_file(const std::string& path) {
    for (const bool again : {false, true}) {
        const auto* above = TRY(parent(path));
        UniqueFd file(create(*above, path));
        if (file) return file;
        if (again || errno != EEXIST) break;
        TRY(remove(path));
    }
    return failed("create", path);
}

// Most files are new: only one that is there costs a second look.
Result<UniqueFd> make_file(const os::Dir& above, const std::string& path) {
    for (const bool again : {false, true}) {
        UniqueFd file(create(above, path));
        if (file) return file;
        if (again || errno != EEXIST) break;
        TRY(remove_from(above, path));
    }
    return failed("create", path);
}

Result<void> Tree::make_symlink(const std::string& path, const std::string& leads_to) {
    for (const bool again : {false, true}) {
        const auto* above = TRY(parent(path));
        if (::symlinkat(leads_to.c_str(), above->fd(), name_of(path).c_str()) == 0) return {};
        if (again || errno != EEXIST) break;
        TRY(remove(path));
    }
    return failed("make link", path);
}

Result<void> Tree::make_fifo(const std::string& path) {
    TRY(remove(path));
    const auto* above = TRY(parent(path));
    if (::mknodat(above->fd(), name_of(path).c_str(), S_IFIFO | 0600, 0) == 0) return {};
    return failed("make FIFO", path);
}

Result<void> Tree::make_hard_link(const std::string& path, const std::string& to) {
    const auto from = TRY(open(parent_of(to)));
    const auto from_name = name_of(to);
    if (path == to) return {};
    struct stat found = {};
    if (::fstatat(from.fd(), from_name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0)
        return failed(cat("hard link '", printable(path), "' to"), to);
    TRY(remove(path));
    const auto* above = TRY(parent(path));
    if (::linkat(from.fd(), from_name.c_str(), above->fd(), name_of(path).c_str(), 0) == 0)
        return {};
    auto error = failed(cat("hard link '", printable(path), "' to"), to);
    if (error.os_number == EXDEV)
        error.text += "; the two lie in different file systems of the workload partition (-M)";
    return error;
}

}  // namespace tar
