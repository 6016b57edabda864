#include "rootpart/copy.h"

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

#include "base/fd.h"
#include "os/write_all.h"

namespace rootpart {
namespace {

Error failed(std::string_view step, const std::string& shown) {
    return Error::os(errno, step, shown);
}

bool no_attributes_here(int number) {
    return number == EOPNOTSUPP || number == ENOSYS || number == ENODATA;
}

// Labels and the marks of file systems describe the place, not the file. A copy of an overlay's store lies below the same
// tree, but is another store.
bool belongs_to_place(std::string_view name, Extent extent) {
    if (extent == Extent::whole && name.starts_with("trusted.overlay."))
        return name == "trusted.overlay.upper" || name == "trusted.overlay.uuid";
    return name.starts_with("trusted.") || name.starts_with("system.nfs4") ||
           name == "security.selinux" || name == "security.ima" || name == "security.evm" ||
           name == "btrfs.compression";
}

Result<void> copy_attribute(int from, int to, const char* name, const std::string& shown) {
    std::vector<char> value(256);
    for (;;) {
        const auto size = ::fgetxattr(from, name, value.data(), value.size());
        if (size >= 0) {
            if (::fsetxattr(to, name, value.data(), static_cast<std::size_t>(size), 0) == 0 ||
                no_attributes_here(errno))
                return {};
            return failed(cat("set attribute ", name), shown);
        }
        if (errno != ERANGE)
            return no_attributes_here(errno) ? Result<void>()
                                             : failed(cat("read attribute ", name), shown);
        if (value.size() > XATTR_SIZE_MAX) return failed(cat("read attribute ", name), shown);
        value.resize(value.size() * 16);
    }
}

Result<void> copy_attributes(int from, int to, const std::string& shown, Extent extent) {
    std::array<char, 1024> few = {};
    auto size = ::flistxattr(from, few.data(), few.size());
    if (size == 0) return {};
    std::vector<char> many;
    const char* names = few.data();
    if (size < 0 && errno == ERANGE) {
        many.resize(XATTR_LIST_MAX);
        size = ::flistxattr(from, many.data(), many.size());
        names = many.data();
    }
    if (size < 0)
        return no_attributes_here(errno) ? Result<void>() : failed("list attributes", shown);
    for (const char* name = names; name < names + size; name += std::string_view(name).size() + 1)
        if (!belongs_to_place(name, extent)) TRY(copy_attribute(from, to, name, shown));
    return {};
}

// The owner first: changing it clears set-user-ID and capabilities.
Result<void> copy_metadata(int from, int to, const struct stat& found, const std::string& shown,
                           Extent extent) {
    if (::fchown(to, found.st_uid, found.st_gid) != 0) return failed("chown", shown);
    if (::fchmod(to, found.st_mode & 07777) != 0) return failed("chmod", shown);
    TRY(copy_attributes(from, to, shown, extent));
    const std::array<timespec, 2> times = {found.st_atim, found.st_mtim};
    if (::futimens(to, times.data()) != 0) return failed("set times", shown);
    return {};
}

Result<void> copy_by_hand(int from, int to, off_t at, off_t end, const std::string& shown) {
    std::array<char, 65536> block;  // not zeroed: read fills it
    while (at < end) {
        const auto want = std::min<off_t>(end - at, static_cast<off_t>(block.size()));
        const auto got = ::pread(from, block.data(), static_cast<std::size_t>(want), at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed("read", shown);
        if (got == 0) return {};  // it has become shorter
        for (ssize_t done = 0; done < got;) {
            const auto put =
                ::pwrite(to, block.data() + done, static_cast<std::size_t>(got - done), at + done);
            if (put < 0 && errno == EINTR) continue;
            if (put < 0) return failed("write", shown);
            done += put;
        }
        at += got;
    }
    return {};
}

Result<void> copy_range(int from, int to, off_t at, off_t end, const std::string& shown) {
    while (at < end) {
        off_t source = at;
        off_t target = at;
        const auto got =
            ::copy_file_range(from, &source, to, &target, static_cast<std::size_t>(end - at), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == ENOSPC) return failed("write", shown);
        if (got <= 0)
            return copy_by_hand(from, to, at, end, shown);  // other file system, or it cannot
        at += got;
    }
    return {};
}

Result<void> copy_with_holes(int from, int to, off_t size, const std::string& shown) {
    off_t at = 0;
    while (at < size) {
        const auto data = ::lseek(from, at, SEEK_DATA);
        if (data < 0) break;  // ENXIO: only a hole is left
        auto hole = ::lseek(from, data, SEEK_HOLE);
        if (hole < 0) hole = size;
        TRY(copy_range(from, to, data, std::min(hole, size), shown));
        at = hole;
    }
    if (::ftruncate(to, size) != 0) return failed("truncate", shown);
    return {};
}

// The kernel shares blocks only between files that are both written in place (chattr +C on btrfs: journald's, databases')
// or both not, and lets that be changed only while there is nothing in them.
bool share_in_place(int from, int to) {
    int flags = 0;
    if (::ioctl(from, FS_IOC_GETFLAGS, &flags) != 0 || (flags & FS_NOCOW_FL) == 0) return false;
    int own = 0;
    if (::ioctl(to, FS_IOC_GETFLAGS, &own) != 0) return false;
    own |= FS_NOCOW_FL;
    return ::ioctl(to, FS_IOC_SETFLAGS, &own) == 0 && ::ioctl(to, FICLONE, from) == 0;
}

Result<void> copy_content(int from, int to, const struct stat& found, const std::string& shown,
                          Extent extent) {
    if (found.st_size == 0) return {};
    if (found.st_size <= largest_small) return copy_by_hand(from, to, 0, found.st_size, shown);
    if (::ioctl(to, FICLONE, from) == 0) return {};
    if (extent == Extent::whole && errno == EINVAL && share_in_place(from, to)) return {};
    constexpr blkcnt_t unit = 512;
    if (found.st_blocks * unit < found.st_size)
        return copy_with_holes(from, to, found.st_size, shown);
    return copy_range(from, to, 0, found.st_size, shown);
}

Result<UniqueFd> create(const Pair& pair) {
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    UniqueFd file(::openat(pair.to, pair.name.c_str(), flags, 0600));
    if (!file && errno == EEXIST && ::unlinkat(pair.to, pair.name.c_str(), 0) == 0)
        file = UniqueFd(::openat(pair.to, pair.name.c_str(), flags, 0600));
    if (!file) return failed("create", pair.shown);
    return file;
}

Result<Copied> copy_file(const Pair& pair) {
    const UniqueFd from(
        ::openat(pair.from, pair.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!from && (errno == ENOENT || errno == ELOOP)) return Copied::vanished;
    if (!from) return failed("open", pair.shown);
    struct stat found = {};
    if (::fstat(from.get(), &found) != 0) return failed("stat", pair.shown);
    if (!S_ISREG(found.st_mode)) return Copied::skipped;  // became something else
    const auto to = TRY(create(pair));
    TRY(copy_content(from.get(), to.get(), found, pair.shown, pair.extent));
    TRY(copy_metadata(from.get(), to.get(), found, pair.shown, pair.extent));
    return Copied::yes;
}

Result<void> copy_link_metadata(const Pair& pair, const struct stat& found) {
    if ((found.st_uid != 0 || found.st_gid != 0) &&
        ::fchownat(pair.to, pair.name.c_str(), found.st_uid, found.st_gid, AT_SYMLINK_NOFOLLOW) !=
            0)
        return failed("chown", pair.shown);
    const std::array<timespec, 2> times = {found.st_atim, found.st_mtim};
    if (::utimensat(pair.to, pair.name.c_str(), times.data(), AT_SYMLINK_NOFOLLOW) != 0)
        return failed("set times", pair.shown);
    return {};
}

Result<Copied> copy_link(const Pair& pair, const struct stat& found) {
    std::array<char, 4097> target = {};
    const auto length =
        ::readlinkat(pair.from, pair.name.c_str(), target.data(), target.size() - 1);
    if (length < 0 && (errno == ENOENT || errno == EINVAL)) return Copied::vanished;
    if (length < 0) return failed("read link", pair.shown);
    if (::symlinkat(target.data(), pair.to, pair.name.c_str()) != 0) {
        if (errno != EEXIST || ::unlinkat(pair.to, pair.name.c_str(), 0) != 0 ||
            ::symlinkat(target.data(), pair.to, pair.name.c_str()) != 0)
            return failed("make link", pair.shown);
    }
    TRY(copy_link_metadata(pair, found));
    return Copied::yes;
}

Result<Copied> copy_node(const Pair& pair, const struct stat& found) {
    if (::mknodat(pair.to, pair.name.c_str(), (found.st_mode & S_IFMT) | 0600, found.st_rdev) !=
            0 &&
        errno != EEXIST)
        return failed("make node", pair.shown);
    if (::fchmodat(pair.to, pair.name.c_str(), found.st_mode & 07777, 0) != 0)
        return failed("chmod", pair.shown);
    TRY(copy_link_metadata(pair, found));
    return Copied::yes;
}

}  // namespace

Result<Copied> copy_entry(const Pair& pair, const struct stat& found) {
    if (S_ISREG(found.st_mode)) return copy_file(pair);
    if (S_ISLNK(found.st_mode)) return copy_link(pair, found);
    if (S_ISFIFO(found.st_mode) || pair.extent == Extent::whole) return copy_node(pair, found);
    return Copied::skipped;
}

Result<Copied> make_directory(const Pair& pair) {
    if (::mkdirat(pair.to, pair.name.c_str(), 0700) == 0 || errno == EEXIST) return Copied::yes;
    return failed("mkdir", pair.shown);
}

Result<void> copy_directory_metadata(int from, int to, const std::string& shown, Extent extent) {
    struct stat found = {};
    if (::fstat(from, &found) != 0) return failed("stat", shown);
    return copy_metadata(from, to, found, shown, extent);
}

Result<void> fill_file(int from, int to, const struct stat& like, const std::string& shown) {
    TRY(copy_content(from, to, like, shown, Extent::portable));
    return copy_metadata(from, to, like, shown, Extent::portable);
}

Result<void> write_new(int directory, const NewFile& file, const std::string& shown) {
    const auto to = TRY(create({.to = directory, .name = file.name, .shown = shown}));
    TRY(os::write_all(to.get(), file.text, shown));
    if (::fchown(to.get(), file.uid, file.gid) != 0) return failed("chown", shown);
    if (::fchmod(to.get(), file.mode) != 0) return failed("chmod", shown);
    return {};
}

}  // namespace rootpart
