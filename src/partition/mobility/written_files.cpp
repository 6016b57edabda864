#include "partition/mobility/written_files.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <map>
#include <set>
#include <utility>

#include "os/dir.h"
#include "os/mount_table.h"

namespace partition::mobility {
namespace {

constexpr std::size_t most_files = 10'000;

std::string target_of(const std::string& link) {
    std::array<char, PATH_MAX> path = {};
    const auto length = ::readlink(link.c_str(), path.data(), path.size());
    return {path.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

unsigned flags_in(std::string_view fdinfo) {
    constexpr std::string_view key = "flags:";
    unsigned flags = 0;
    for (const auto& line : split(fdinfo, '\n')) {
        if (!line.starts_with(key)) continue;
        const auto text = std::string(trim(std::string_view(line).substr(key.size())));
        (void)std::from_chars(text.data(), text.data() + text.size(), flags, 8);
    }
    return flags;
}

template <class Look>
void each_descriptor(const std::vector<pid_t>& processes, Look look) {
    for (const auto process : processes) {
        const auto folder = os::Dir::open(cat("/proc/", process, "/fd"));
        const auto numbers = folder ? folder->entries() : folder.error();
        if (!numbers) continue;  // it has ended
        for (const auto& number : *numbers) look(process, number);
    }
}

constexpr unsigned asked = STATX_TYPE | STATX_NLINK | STATX_INO | STATX_SIZE | STATX_BTIME;

std::uint64_t birth_of(const struct statx& found) {
    if ((found.stx_mask & STATX_BTIME) == 0) return 0;
    constexpr std::uint64_t second = 1'000'000'000;
    return static_cast<std::uint64_t>(found.stx_btime.tv_sec) * second + found.stx_btime.tv_nsec;
}

// While all stands still no server is asked.
std::optional<checkpoint::WrittenFile> look_at(pid_t process, const std::string& number) {
    const auto link = cat("/proc/", process, "/fd/", number);
    struct statx found = {};
    auto path = target_of(link);
    if (!path.starts_with('/') ||
        ::statx(AT_FDCWD, link.c_str(), AT_STATX_DONT_SYNC, asked, &found) != 0)
        return std::nullopt;
    if (!S_ISREG(found.stx_mode) || found.stx_nlink == 0) return std::nullopt;
    const auto info = os::read_file(cat("/proc/", process, "/fdinfo/", number));
    if (!info || !is_written(*info)) return std::nullopt;
    return checkpoint::WrittenFile{std::move(path), found.stx_ino, found.stx_size, birth_of(found)};
}

Error does_not_fit(const checkpoint::WrittenFile& file, const std::string& why) {
    return {Kind::busy, cat("file '", printable(file.path), "', which it writes, ", why)};
}

// Whoever rules what lies on the way may have turned it elsewhere since.
Result<UniqueFd> open_same(const checkpoint::WrittenFile& file) {
    const auto top = TRY(os::Dir::open("/"));
    auto opened = top.open_file({.path = cat(".", file.path),
                                 .flags = O_RDWR | O_NONBLOCK | O_NOCTTY,
                                 .no_symlinks = true});
    if (!opened && opened.error().kind == Kind::missing)
        return does_not_fit(file, "is gone; bring it back first");
    if (!opened) return opened.error();
    struct statx found = {};
    if (::statx(opened->get(), "", AT_EMPTY_PATH, asked, &found) != 0)
        return Error::os(errno, "stat", file.path);
    if (!S_ISREG(found.stx_mode) || found.stx_ino != file.inode || birth_of(found) != file.born)
        return does_not_fit(file, "is another file by now");
    if (found.stx_size < file.bytes)
        return does_not_fit(file, cat("had ", file.bytes, " bytes and has ", found.stx_size,
                                      " now: its processes would go on behind its end"));
    return opened;
}

Result<void> cut(const checkpoint::WrittenFile& file, int opened) {
    if (::ftruncate(opened, static_cast<off_t>(file.bytes)) == 0) return {};
    return Error::os(errno, "truncate", file.path);
}

}  // namespace

bool is_written(std::string_view fdinfo) {
    const auto flags = flags_in(fdinfo);
    const auto mode = flags & O_ACCMODE;
    return mode == O_RDWR || (mode == O_WRONLY && (flags & O_APPEND) == 0);
}

std::vector<checkpoint::WrittenFile> written_files(const std::vector<pid_t>& processes,
                                                   const std::vector<std::string>& own) {
    std::map<std::string, checkpoint::WrittenFile> found;
    each_descriptor(processes, [&](pid_t process, const std::string& number) {
        auto file = look_at(process, number);
        if (!file || found.size() == most_files) return;
        const bool is_own = std::any_of(own.begin(), own.end(), [&](const auto& place) {
            return os::is_below(file->path, place);
        });
        if (!is_own) found.emplace(file->path, *file);
    });
    std::vector<checkpoint::WrittenFile> all;
    all.reserve(found.size());
    for (auto& [path, file] : found) all.push_back(std::move(file));
    return all;
}

std::vector<UniqueFd> files_to_sync(const std::vector<pid_t>& processes) {
    constexpr std::size_t most = 500;  // descriptors are not without end
    std::set<std::pair<dev_t, ino_t>> seen;
    std::vector<UniqueFd> all;
    each_descriptor(processes, [&](pid_t process, const std::string& number) {
        const auto link = cat("/proc/", process, "/fd/", number);
        struct stat found = {};
        if (all.size() == most || ::stat(link.c_str(), &found) != 0 || !S_ISREG(found.st_mode))
            return;
        const auto info = os::read_file(cat("/proc/", process, "/fdinfo/", number));
        if (!info || (flags_in(*info) & O_ACCMODE) == O_RDONLY) return;
        if (!seen.insert({found.st_dev, found.st_ino}).second) return;
        UniqueFd file(::open(link.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
        if (file) all.push_back(std::move(file));
    });
    return all;
}

Result<void> sync_all(const std::vector<UniqueFd>& files) {
    for (const auto& file : files)
        if (::fsync(file.get()) != 0 && errno != EINVAL && errno != EROFS)
            return Error::os(errno, "fsync", target_of(cat("/proc/self/fd/", file.get())));
    return {};
}

Result<void> fit_files(const std::vector<checkpoint::WrittenFile>& files, bool cut_longer) {
    std::vector<UniqueFd> opened;  // all are looked at before one is cut
    for (const auto& file : files) {
        opened.push_back(TRY(open_same(file)));
        struct stat now = {};
        if (::fstat(opened.back().get(), &now) != 0) return Error::os(errno, "stat", file.path);
        if (static_cast<std::uint64_t>(now.st_size) != file.bytes && !cut_longer)
            return does_not_fit(file,
                                cat("has grown by ", now.st_size - static_cast<off_t>(file.bytes),
                                    " bytes since; -F cuts it to the length it had"));
    }
    for (std::size_t at = 0; at < files.size(); ++at) TRY(cut(files[at], opened[at].get()));
    return {};
}

}  // namespace partition::mobility
