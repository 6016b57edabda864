#include "rootpart/inside.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/size.h"
#include "os/real_path.h"
#include "rootpart/md5.h"
#include "rootpart/place.h"

namespace rootpart {
namespace {

constexpr auto in_the_making = ".dpkg-new";
constexpr std::uint64_t most_unknown = 4 << 20;

// ELOOP: a link on the way; ENOTDIR: a file where a directory was.
bool in_the_way(const Error& error) {
    return error.os_number == ELOOP || error.os_number == ENOTDIR || error.os_number == EXDEV ||
           error.os_number == ENXIO;
}

Entry entry_of(const struct stat& found) {
    Entry entry;
    entry.mode = found.st_mode & 07777;
    entry.uid = found.st_uid;
    entry.gid = found.st_gid;
    if (S_ISDIR(found.st_mode)) entry.sort = Sort::directory;
    if (S_ISLNK(found.st_mode)) entry.sort = Sort::link;
    if (S_ISREG(found.st_mode)) entry.sort = Sort::file;
    if (S_ISREG(found.st_mode)) entry.size = static_cast<std::uint64_t>(found.st_size);
    return entry;
}

Result<UniqueFd> open_regular(const os::Dir& root, const std::string& path) {
    auto fd = TRY(root.open_file({.path = path,
                                  .flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
                                  .no_symlinks = true}));
    struct stat found = {};
    if (::fstat(fd.get(), &found) != 0) return Error::os(errno, "stat", path);
    if (!S_ISREG(found.st_mode))
        return Error{Kind::invalid,
                     cat("'/", printable(path), "' in the workload partition is no regular file")};
    return fd;
}

Result<std::string> read_at_most(int fd, const std::string& path, std::size_t limit) {
    std::string text;
    std::array<char, 16384> block;  // not zeroed: read fills it
    for (;;) {
        const auto got = ::read(fd, block.data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error::os(errno, "read", path);
        if (got == 0) return text;
        if (text.size() + static_cast<std::size_t>(got) > limit)
            return Error{Kind::invalid,
                         cat("'/", printable(path), "' in the workload partition is larger than ",
                             show_size(limit))};
        text.append(block.data(), static_cast<std::size_t>(got));
    }
}

}  // namespace

Result<os::Dir> directory_inside(const os::Dir& root, const std::string& path) {
    auto fd = TRY(root.open_file({.path = path.empty() ? "." : path,
                                  .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
                                  .no_symlinks = true}));
    return os::Dir(std::move(fd), cat("/", path));
}

Result<std::string> read_inside(const os::Dir& root, const std::string& path, std::size_t limit) {
    const auto fd = TRY(open_regular(root, path));
    return read_at_most(fd.get(), path, limit);
}

Result<std::optional<Entry>> look_inside(const os::Dir& root, const std::string& path,
                                         std::uint64_t one, std::uint64_t other) {
    const auto above = directory_inside(root, directory_of(path));
    if (!above && above.error().kind == Kind::missing) return std::optional<Entry>();
    if (!above && in_the_way(above.error())) return std::optional(Entry{});
    if (!above) return above.error();
    const auto name = name_of(path);
    struct stat found = {};
    if (::fstatat(above->fd(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) return std::optional<Entry>();
        return Error::os(errno, "stat", cat("/", path));
    }
    auto entry = entry_of(found);
    if (entry.sort == Sort::link) {
        auto leads_to = os::read_link(above->fd(), name);
        if (!leads_to) return std::optional(Entry{});
        entry.content = *std::move(leads_to);
    }
    if (entry.sort == Sort::file) {
        entry.content = "?";
        const bool readable = entry.size == one || entry.size == other ||
                              (one == any_size && entry.size <= most_unknown);
        if (!readable) return std::optional(std::move(entry));
        const auto text = read_inside(*above, name, static_cast<std::size_t>(entry.size));
        if (text) entry.content = md5(*text);
    }
    return std::optional(std::move(entry));
}

Result<NewInside> NewInside::create(const os::Dir& directory, const std::string& name) {
    const auto temporary = name + in_the_making;
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    (void)::unlinkat(directory.fd(), temporary.c_str(), 0);  // what a killed predecessor left
    UniqueFd fd(::openat(directory.fd(), temporary.c_str(), flags, 0600));
    if (!fd) return Error::os(errno, "create", cat(directory.path(), "/", temporary));
    return NewInside(directory, name, std::move(fd));
}

Result<void> NewInside::place(Over over) {
    const auto temporary = name_ + in_the_making;
    const unsigned flags = over == Over::nothing ? RENAME_NOREPLACE : 0;
    if (::renameat2(directory_->fd(), temporary.c_str(), directory_->fd(), name_.c_str(), flags) !=
        0)
        return Error::os(errno, "rename", cat(directory_->path(), "/", name_));
    name_.clear();
    return {};
}

Result<void> NewInside::place_as(const std::string& name) {
    const auto temporary = name_ + in_the_making;
    if (::renameat(directory_->fd(), temporary.c_str(), directory_->fd(), name.c_str()) != 0)
        return Error::os(errno, "rename", cat(directory_->path(), "/", name));
    name_.clear();
    return {};
}

NewInside::~NewInside() {
    if (fd_ && !name_.empty())
        (void)::unlinkat(directory_->fd(), (name_ + in_the_making).c_str(), 0);
}

}  // namespace rootpart
