#include "os/dir.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>

#include "base/size.h"
#include "os/write_all.h"

namespace os {
namespace {

int openat2(int at, const OpenCall& call) {
    open_how how = {};
    how.flags = static_cast<std::uint64_t>(call.flags) | O_CLOEXEC;
    how.mode = call.mode;
    how.resolve = RESOLVE_NO_MAGICLINKS;
    if (call.in_root) how.resolve |= RESOLVE_IN_ROOT;
    if (call.no_symlinks) how.resolve |= RESOLVE_NO_SYMLINKS;
    for (;;) {
        const auto fd = ::syscall(SYS_openat2, at, call.path.c_str(), &how, sizeof how);
        // EAGAIN: a rename raced with RESOLVE_IN_ROOT; the kernel asks to try again
        if (fd >= 0 || (errno != EINTR && errno != EAGAIN)) return static_cast<int>(fd);
    }
}

Result<std::string> read_all(int fd, const std::string& shown, std::size_t limit) {
    std::string text;
    char block[16384];
    for (;;) {
        const auto got = ::read(fd, block, sizeof block);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error::os(errno, "read", shown);
        if (got == 0) return text;
        if (text.size() + static_cast<std::size_t>(got) > limit)
            return Error{Kind::invalid, cat("'", shown, "' is larger than ", show_size(limit))};
        text.append(block, static_cast<std::size_t>(got));
    }
}

struct CloseDir {
    void operator()(DIR* stream) const { ::closedir(stream); }
};
using Stream = std::unique_ptr<DIR, CloseDir>;

// Removes trees of any depth with few descriptors: what lies deeper than `most_levels` is moved up to the top and
// removed from there. Carries on past an error and keeps the first.
class Remover {
  public:
    Remover(int top, std::string shown) : top_(top), shown_(std::move(shown)) {}

    Result<void> content() {
        do {
            deferred_ = false;
            content_of(top_, shown_, 0);
        } while (deferred_ && first_);
        return std::move(first_);
    }

  private:
    static constexpr int most_levels = 64;

    void entry(int at, const std::string& name, const std::string& shown, int level) {
        auto done = one(at, name, shown, level);
        if (!done && first_) first_ = std::move(done);
    }

    void content_of(int fd, const std::string& shown, int level) {
        const auto names = Dir(UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 3)), shown).entries();
        if (!names && first_) first_ = names.error();
        if (!names) return;
        for (const auto& name : *names) entry(fd, name, cat(shown, "/", name), level + 1);
    }

    Result<void> one(int at, const std::string& name, const std::string& shown, int level) {
        struct statx found = {};
        constexpr int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
        if (::statx(at, name.c_str(), flags, STATX_TYPE, &found) != 0)
            return errno == ENOENT ? Result<void>() : Error::os(errno, "stat", shown);
        if (!S_ISDIR(found.stx_mode)) return unlink(at, name, shown, 0);
        // not st_dev: a btrfs subvolume has a device number of its own, and is removed like a directory
        if ((found.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0)
            return Error{Kind::busy, cat("'", shown, "' is a mount point; unmount it first")};
        if (level > most_levels) return move_up(at, name, shown);
        const UniqueFd inner(
            ::openat(at, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!inner) return errno == ENOENT ? Result<void>() : Error::os(errno, "open", shown);
        content_of(inner.get(), shown, level);
        return unlink(at, name, shown, AT_REMOVEDIR);
    }

    static Result<void> unlink(int at, const std::string& name, const std::string& shown,
                               int flags) {
        if (::unlinkat(at, name.c_str(), flags) == 0 || errno == ENOENT) return {};
        return Error::os(errno, "unlink", shown);
    }

    Result<void> move_up(int at, const std::string& name, const std::string& shown) {
        deferred_ = true;
        for (;;) {
            const auto fresh = cat(".removing.", ::getpid(), ".", ++moved_);
            if (::renameat2(at, name.c_str(), top_, fresh.c_str(), RENAME_NOREPLACE) == 0)
                return {};
            if (errno != EEXIST) return Error::os(errno, "rename", shown);
        }
    }

    int top_;
    std::string shown_;
    unsigned moved_ = 0;
    bool deferred_ = false;
    Result<void> first_ = {};
};

std::string parent_of(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

Result<void> empty_at(int at, const std::string& name, const std::string& shown) {
    const UniqueFd fd(::openat(at, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) return errno == ENOENT ? Result<void>() : Error::os(errno, "open", shown);
    return Remover(fd.get(), shown).content();
}

Result<void> remove_at(int at, const std::string& name, const std::string& shown) {
    struct statx found = {};
    if (::statx(at, name.c_str(), AT_SYMLINK_NOFOLLOW, STATX_TYPE, &found) != 0)
        return errno == ENOENT ? Result<void>() : Error::os(errno, "stat", shown);
    if ((found.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0)
        return Error{Kind::busy, cat("'", shown, "' is a mount point; unmount it first")};
    const bool directory = S_ISDIR(found.stx_mode);
    if (directory) TRY(empty_at(at, name, shown));
    if (::unlinkat(at, name.c_str(), directory ? AT_REMOVEDIR : 0) == 0 || errno == ENOENT)
        return {};
    return Error::os(errno, "unlink", shown);
}

// Who starts a WPAR with a mask of 077 must not shut out its own root. A chmod afterwards could be led elsewhere.
class WithoutMask {
  public:
    WithoutMask() : mask_(::umask(0)) {}
    WithoutMask(const WithoutMask&) = delete;
    WithoutMask& operator=(const WithoutMask&) = delete;
    ~WithoutMask() { ::umask(mask_); }

  private:
    mode_t mask_;
};

}  // namespace

Result<Dir> Dir::open(const std::string& path) {
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return Error::os(errno, "open", path);
    return Dir(std::move(fd), path);
}

Result<Dir> Dir::beneath(const std::string& path) const {
    auto fd = TRY(open_file({.path = path, .flags = O_RDONLY | O_DIRECTORY, .in_root = true}));
    return Dir(std::move(fd), cat(path_, "/", path));
}

Result<UniqueFd> Dir::open_file(const OpenCall& call) const {
    UniqueFd fd(openat2(fd_.get(), call));
    if (!fd) return Error::os(errno, "open", cat(path_, "/", call.path));
    return fd;
}

Result<std::string> Dir::read(const std::string& name, std::size_t limit) const {
    // O_NONBLOCK: a FIFO placed here must not hold us
    const auto fd = TRY(open_file({.path = name, .flags = O_RDONLY | O_NONBLOCK, .in_root = true}));
    return read_all(fd.get(), cat(path_, "/", name), limit);
}

Result<void> Dir::write(const std::string& name, std::string_view text) const {
    const auto fd = TRY(open_file({.path = name, .flags = O_WRONLY, .in_root = true}));
    const auto put = ::write(fd.get(), text.data(), text.size());
    if (put != static_cast<ssize_t>(text.size()))
        return Error::os(put < 0 ? errno : EIO, "write", cat(path_, "/", name))
            .within(cat("'", printable(trim(text)), "'"));
    return {};
}

Result<void> Dir::make_dir(const std::string& name, mode_t mode) const {
    const WithoutMask whole;
    if (::mkdirat(fd_.get(), name.c_str(), mode) == 0) return {};
    return Error::os(errno, "mkdir", cat(path_, "/", name));
}

Result<struct stat> Dir::stat(const std::string& name) const {
    struct stat found = {};
    if (::fstatat(fd_.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0) return found;
    return Error::os(errno, "stat", cat(path_, "/", name));
}

bool Dir::has(const std::string& name) const {
    return ::faccessat(fd_.get(), name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

Result<std::vector<std::string>> Dir::entries() const {
    const int copy = ::openat(fd_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (copy < 0) return Error::os(errno, "open", path_);
    const Stream stream(::fdopendir(copy));
    std::vector<std::string> names;
    errno = 0;
    while (const auto* entry = ::readdir(stream.get())) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    if (errno != 0) return Error::os(errno, "readdir", path_);
    std::sort(names.begin(), names.end());
    return names;
}

Result<void> Dir::unlink(const std::string& name, int flags) const {
    if (::unlinkat(fd_.get(), name.c_str(), flags) == 0) return {};
    return Error::os(errno, "unlink", cat(path_, "/", name));
}

Result<void> Dir::remove(const std::string& name) const {
    return remove_at(fd_.get(), name, cat(path_, "/", name));
}

Result<std::string> read_file(const std::string& path, std::size_t limit) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) return Error::os(errno, "open", path);
    return read_all(fd.get(), path, limit);
}

Result<void> write_existing(const std::string& path, std::string_view text) {
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd) return Error::os(errno, "open", path);
    const auto put = ::write(fd.get(), text.data(), text.size());
    if (put == static_cast<ssize_t>(text.size())) return {};
    return Error::os(put < 0 ? errno : EIO, "write", path)
        .within(cat("'", printable(trim(text)), "'"));
}

Result<void> replace_file(const Replacement& file) {
    const auto beside = cat(file.path, ".new");
    (void)::unlink(beside.c_str());  // what a killed predecessor left
    {
        const UniqueFd fd(
            ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!fd) return Error::os(errno, "create", beside);
        auto written = write_all(fd.get(), file.text, beside);
        if (written && ::fchmod(fd.get(), file.mode) != 0)
            written = Error::os(errno, "chmod", beside);
        if (written && file.sync && ::fsync(fd.get()) != 0)
            written = Error::os(errno, "fsync", beside);
        if (!written) {
            (void)::unlink(beside.c_str());  // the write's failure is what matters
            return written;
        }
    }
    if (::rename(beside.c_str(), file.path.c_str()) != 0) {
        auto failed = Error::os(errno, "rename", file.path);
        (void)::unlink(beside.c_str());  // the rename's failure is what matters
        return failed;
    }
    if (!file.sync) return {};
    const auto parent = TRY(Dir::open(parent_of(file.path)));
    if (::fsync(parent.fd()) != 0) return Error::os(errno, "fsync", parent.path());
    return {};
}

Result<void> make_dir(const std::string& path, mode_t mode) {
    const WithoutMask whole;
    if (::mkdir(path.c_str(), mode) == 0) return {};
    return Error::os(errno, "mkdir", path);
}

// The mode guards what the last one holds. Those above may be others' way, too, and must not depend on who came first.
Result<void> make_dirs(const std::string& path, mode_t mode) {
    constexpr mode_t on_the_way = 0755;
    auto made = make_dir(path, mode);
    if (made || made.error().kind == Kind::exists) return {};
    if (made.error().os_number != ENOENT) return made;
    TRY(make_dirs(parent_of(path), on_the_way));
    made = make_dir(path, mode);
    if (made || made.error().kind == Kind::exists) return {};
    return made;
}

Result<void> empty_directory(const std::string& path) { return empty_at(AT_FDCWD, path, path); }

Result<void> remove_tree(const std::string& path) { return remove_at(AT_FDCWD, path, path); }

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

}  // namespace os
