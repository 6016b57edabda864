#include "unpack/mend.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

#include "base/escape.h"

namespace unpack {
namespace {

using What = Mend::What;

const Error refused{Kind::invalid, "the backup asks for something that no file may be given"};

bool is_below_root(std::string_view path) {
    if (path.empty() || path.find('\0') != std::string_view::npos) return false;
    const auto parts = split(path, '/');
    return std::none_of(parts.begin(), parts.end(), [](const std::string& part) {
        return part.empty() || part == "." || part == "..";
    });
}

bool read(std::string_view text, std::uint32_t& number) {
    const auto found = to_number(text);
    if (!found || *found > UINT32_MAX) return false;
    number = static_cast<std::uint32_t>(*found);
    return true;
}

bool is_allowed(const Mend& mend) {
    if (!is_below_root(mend.path) && !(mend.path == "." && mend.what != What::device)) return false;
    if (mend.what == What::attribute)
        return mend.name.starts_with("trusted.") && !mend.name.starts_with("trusted.overlay.") &&
               mend.name.size() <= 255 && mend.name.find('\0') == std::string::npos;
    const bool modest = mend.mode <= 07777 && mend.uid != UINT32_MAX && mend.gid != UINT32_MAX;
    return modest && (mend.what == What::owner || is_harmless_device(mend.major, mend.minor));
}

// A regular file or directory; of anything else there is nothing to open.
UniqueFd open(const os::Dir& root, const std::string& path) {
    auto fd = root.open_file({.path = path,
                              .flags = O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY,
                              .no_symlinks = true});
    struct stat found = {};
    if (!fd || ::fstat(fd->get(), &found) != 0) return UniqueFd();
    return S_ISREG(found.st_mode) || S_ISDIR(found.st_mode) ? *std::move(fd) : UniqueFd();
}

Result<void> give_owner(const os::Dir& root, const Mend& mend) {
    const auto fd = open(root, mend.path);
    if (fd) {
        if (::fchown(fd.get(), mend.uid, mend.gid) != 0 || ::fchmod(fd.get(), mend.mode) != 0)
            return Error::os(errno, "give owner", mend.path);
        return {};
    }
    const auto link =
        root.open_file({.path = mend.path, .flags = O_PATH | O_NOFOLLOW, .no_symlinks = true});
    if (!link) return {};
    if (::fchownat(link->get(), "", mend.uid, mend.gid, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW) == 0)
        return {};
    return Error::os(errno, "give owner", mend.path);
}

Result<void> set_attribute(const os::Dir& root, const Mend& mend) {
    const auto fd = open(root, mend.path);
    if (!fd) return {};
    if (::fsetxattr(fd.get(), mend.name.c_str(), mend.value.data(), mend.value.size(), 0) == 0)
        return {};
    if (errno == EOPNOTSUPP) return {};
    return Error::os(errno, "set attribute", mend.path);
}

std::string parent_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash);
}

// The directory keeps its time.
Result<void> make_device(const os::Dir& root, const Mend& mend) {
    const auto above = root.open_file(
        {.path = parent_of(mend.path), .flags = O_RDONLY | O_DIRECTORY, .no_symlinks = true});
    if (!above) return {};
    struct stat before = {};
    if (::fstat(above->get(), &before) != 0) return Error::os(errno, "stat", mend.path);
    const auto name = mend.path.substr(mend.path.rfind('/') + 1);
    if (::mknodat(above->get(), name.c_str(), S_IFCHR | 0600, ::makedev(mend.major, mend.minor)) !=
        0)
        return errno == EEXIST ? Result<void>() : Error::os(errno, "mknod", mend.path);
    // of a directory's default access list
    (void)::lremovexattr(cat("/proc/self/fd/", above->get(), "/", name).c_str(),
                         "system.posix_acl_access");
    if (::fchownat(above->get(), name.c_str(), mend.uid, mend.gid, AT_SYMLINK_NOFOLLOW) != 0 ||
        ::fchmodat(above->get(), name.c_str(), mend.mode, 0) != 0)
        return Error::os(errno, "give owner", mend.path);
    constexpr std::uint64_t second = 1000000000;
    const timespec time = {static_cast<time_t>(mend.mtime / second),
                           static_cast<long>(mend.mtime % second)};
    const std::array<timespec, 2> own = {time, time};
    (void)::utimensat(above->get(), name.c_str(), own.data(), AT_SYMLINK_NOFOLLOW);
    const std::array<timespec, 2> times = {before.st_atim, before.st_mtim};
    (void)::futimens(above->get(), times.data());  // only its looks
    return {};
}

Result<Mend> checked(Mend mend) {
    return is_allowed(mend) ? Result<Mend>(std::move(mend)) : Result<Mend>(refused);
}

}  // namespace

bool is_harmless_device(std::uint32_t major, std::uint32_t minor) {
    using Pair = std::pair<std::uint32_t, std::uint32_t>;
    constexpr std::array<Pair, 6> known = {{{1, 3}, {1, 5}, {1, 7}, {1, 8}, {1, 9}, {5, 0}}};
    return std::find(known.begin(), known.end(), Pair(major, minor)) != known.end();
}

std::string write(const Mend& mend) {
    const auto head = cat(static_cast<char>(mend.what), " ", escaped(mend.path), " ");
    if (mend.what == What::attribute)
        return cat(head, escaped(mend.name), mend.value.empty() ? "" : " ", escaped(mend.value));
    auto text = cat(head, mend.uid, " ", mend.gid, " ", mend.mode);
    if (mend.what == What::device) text += cat(" ", mend.major, " ", mend.minor, " ", mend.mtime);
    return text;
}

Result<Mend> parse_mend(std::string_view text) {
    const auto field = split(text, ' ');
    if (field.size() < 3 || field[0].size() != 1) return refused;
    Mend mend{.what = static_cast<What>(field[0][0])};
    const auto path = unescaped(field[1]);
    if (!path) return refused;
    mend.path = *path;
    if (mend.what == What::attribute) {
        const auto name = unescaped(field[2]);
        const auto value = field.size() == 4 ? unescaped(field[3]) : std::string();
        if (!name || !value || field.size() > 4) return refused;
        mend.name = *name;
        mend.value = *value;
        return checked(std::move(mend));
    }
    const std::size_t wanted = mend.what == What::device ? 8 : 5;
    if ((mend.what != What::device && mend.what != What::owner) || field.size() != wanted)
        return refused;
    if (!read(field[2], mend.uid) || !read(field[3], mend.gid) || !read(field[4], mend.mode))
        return refused;
    if (mend.what != What::device) return checked(std::move(mend));
    const auto time = to_number(field[7]);
    if (!time || !read(field[5], mend.major) || !read(field[6], mend.minor)) return refused;
    mend.mtime = *time;
    return checked(std::move(mend));
}

Result<void> apply(const os::Dir& root, const Mend& mend) {
    switch (mend.what) {
        case What::owner:
            return give_owner(root, mend);
        case What::attribute:
            return set_attribute(root, mend);
        case What::device:
            return make_device(root, mend);
    }
    return refused;
}

}  // namespace unpack
