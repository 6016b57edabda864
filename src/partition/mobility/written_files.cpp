#include "partition/mobility/written_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <map>
#include <set>
#include <utility>

#include "base/lines.h"
#include "launch/rebuild.h"
#include "os/dir.h"
#include "os/mount_table.h"
#include "os/real_path.h"
#include "partition/mobility/used_files.h"

namespace partition::mobility {
namespace {

// The record is read again up to a limit, in which each byte of a path may take four.
constexpr std::size_t most_noted = std::size_t{3} << 20;
constexpr std::size_t beside_path = 64;

// Of /proc/PID/fdinfo/N.
struct Info {
    unsigned flags = 0;
    int mount = 0;
    bool writes() const { return (flags & O_ACCMODE) != O_RDONLY; }
    bool only_adds() const { return (flags & (O_ACCMODE | O_APPEND)) == (O_WRONLY | O_APPEND); }
};
Info parse_info(std::string_view fdinfo) {
    Info info;
    each_line(fdinfo, [&](std::string_view line) {
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) return;
        const auto text = trim(line.substr(colon + 1));
        const auto* const end = text.data() + text.size();
        if (line.starts_with("flags:")) (void)std::from_chars(text.data(), end, info.flags, 8);
        if (line.starts_with("mnt_id:")) (void)std::from_chars(text.data(), end, info.mount);
    });
    return info;
}

constexpr std::size_t longest_table = std::size_t{64} << 20;

// Mounts that a program serves: it may be one of those that stand still, and would never answer.
std::set<int> served_mounts(const std::vector<pid_t>& processes) {
    std::set<std::string> seen;
    std::set<int> served;
    for (const auto process : processes) {
        const auto name = os::read_link(cat("/proc/", process, "/ns/mnt"));
        if (!name || !seen.insert(*name).second) continue;  // it has ended, or its like was seen
        const auto table = os::read_file(cat("/proc/", process, "/mountinfo"), longest_table);
        if (!table) continue;  // it has ended
        for (const auto& mount : os::parse_mount_table(*table))
            if (is_served(mount.type)) served.insert(mount.id);
    }
    return served;
}

constexpr unsigned asked = STATX_TYPE | STATX_NLINK | STATX_INO | STATX_SIZE | STATX_BTIME;

ToSync::File id_of(const struct statx& found) {
    return {makedev(found.stx_dev_major, found.stx_dev_minor), found.stx_ino};
}

std::uint64_t birth_of(const struct statx& found) {
    if ((found.stx_mask & STATX_BTIME) == 0) return 0;
    constexpr std::uint64_t second = 1'000'000'000;
    return static_cast<std::uint64_t>(found.stx_btime.tv_sec) * second + found.stx_btime.tv_nsec;
}

class Look {
  public:
    Look(const std::vector<pid_t>& processes, const std::vector<std::string>& own)
        : processes_(processes), own_(own), served_(served_mounts(processes)) {}

    Result<OpenFiles> at_all() {
        for (const auto process : processes_) {
            const auto folder = os::Dir::open(cat("/proc/", process, "/fd"));
            const auto numbers = folder ? folder->entries() : folder.error();
            if (!numbers) continue;  // it has ended
            for (const auto& number : *numbers) at(process, number);
            at_mappings(process);
            if (noted_ <= most_noted) continue;
            return Error{Kind::full,
                         cat("its processes have more than ", written_.size(),
                             " files of the global environment open for writing, and a checkpoint "
                             "cannot note the length of each; let it close some")};
        }
        for (auto& [path, file] : written_) files_.written.push_back(std::move(file));
        return std::move(files_);
    }

  private:
    void at(pid_t process, const std::string& number) {
        const auto link = cat("/proc/", process, "/fd/", number);
        const auto path = os::read_link(link);
        if (!path || !path->starts_with('/') || is_below_any(*path, launch::own_places)) return;
        const auto text = os::read_file(cat("/proc/", process, "/fdinfo/", number));
        const auto info = text ? parse_info(*text) : Info();
        struct statx found = {};
        // no server is asked, either
        if (!info.writes() || ::statx(AT_FDCWD, link.c_str(), AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
                                      asked, &found) != 0)
            return;
        if (!S_ISREG(found.stx_mode) || found.stx_nlink == 0) return;
        if (!info.only_adds() && !is_below_any(*path, own_)) note(*path, found);
        if (!served_.contains(info.mount)) files_.to_sync.add(id_of(found), link);
    }
    // The descriptor may be closed. No checkpoint holds these pages: the file has them.
    void at_mappings(pid_t process) {
        const auto maps = os::read_file(cat("/proc/", process, "/maps"), longest_table);
        if (!maps) return;  // it has ended
        each_line(*maps, [&](std::string_view line) {
            const auto mapped = parse_mapping(line);
            if (mapped.shared && !is_below_any(mapped.path, launch::own_places))
                at_mapping(cat("/proc/", process, "/map_files/", mapped.range));
        });
    }
    void at_mapping(const std::string& link) {
        struct statx found = {};
        if (::statx(AT_FDCWD, link.c_str(), AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
                    asked | STATX_MNT_ID, &found) != 0 ||
            !S_ISREG(found.stx_mode) || served_.contains(static_cast<int>(found.stx_mnt_id)))
            return;
        files_.to_sync.add(id_of(found), link);
    }
    void note(const std::string& path, const struct statx& found) {
        const auto [at, is_new] = written_.try_emplace(
            path, checkpoint::WrittenFile{path, found.stx_ino, found.stx_size, birth_of(found)});
        if (is_new) noted_ += path.size() + beside_path;
    }

    const std::vector<pid_t>& processes_;
    const std::vector<std::string>& own_;
    std::set<int> served_;
    std::map<std::string, checkpoint::WrittenFile> written_ = {};
    std::size_t noted_ = 0;  // bytes, about
    OpenFiles files_ = {};
};

Error does_not_fit(const checkpoint::WrittenFile& file, const std::string& why) {
    return {Kind::busy, cat("file '", printable(file.path), "', which it writes, ", why)};
}

// 0: unknown. The other host may see the same file through another version of NFS, which has no such time.
bool differ(std::uint64_t born, std::uint64_t then) {
    return born != 0 && then != 0 && born != then;
}

// Whoever rules what lies on the way may have turned it elsewhere since.
struct Opened {
    UniqueFd file;
    std::uint64_t bytes = 0;
};
Result<Opened> open_same(const checkpoint::WrittenFile& file) {
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
    if (!S_ISREG(found.stx_mode) || found.stx_ino != file.inode ||
        differ(birth_of(found), file.born))
        return does_not_fit(file, "is another file by now; bring the one that it had back first");
    if (found.stx_size < file.bytes)
        return does_not_fit(file, cat("had ", file.bytes, " bytes and has ", found.stx_size,
                                      " now: its processes would go on behind its end"));
    return Opened{*std::move(opened), found.stx_size};
}

Result<void> cut(const checkpoint::WrittenFile& file) {
    const auto opened = TRY(open_same(file));
    if (::ftruncate(opened.file.get(), static_cast<off_t>(file.bytes)) == 0) return {};
    return Error::os(errno, "truncate", file.path);
}

}  // namespace

bool is_served(std::string_view type) { return type == "fuse" || type.starts_with("fuse."); }

bool is_open_for_writing(std::string_view fdinfo) { return parse_info(fdinfo).writes(); }

bool is_written(std::string_view fdinfo) {
    const auto info = parse_info(fdinfo);
    return info.writes() && !info.only_adds();
}

Result<OpenFiles> open_files(const std::vector<pid_t>& processes,
                             const std::vector<std::string>& own) {
    return Look(processes, own).at_all();
}

Result<void> fit_files(const std::vector<checkpoint::WrittenFile>& files, bool cut_longer) {
    std::vector<const checkpoint::WrittenFile*> longer;  // all are looked at before one is cut
    for (const auto& file : files) {
        const auto bytes = TRY(open_same(file)).bytes;
        if (bytes == file.bytes) continue;
        if (!cut_longer)
            return does_not_fit(file, cat("has grown by ", bytes - file.bytes,
                                          " bytes since; -F cuts it to the length it had"));
        longer.push_back(&file);
    }
    for (const auto* file : longer) TRY(cut(*file));
    return {};
}

}  // namespace partition::mobility
