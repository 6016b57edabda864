#include "backup/walk.h"

#include <fcntl.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <tuple>

#include "os/real_path.h"

namespace backup {
namespace {

struct Found {
    struct stat status = {};
    std::uint64_t mount = 0;
    timespec born = {};
};

timespec time_of(const statx_timestamp& time) {
    return {.tv_sec = time.tv_sec, .tv_nsec = static_cast<long>(time.tv_nsec)};
}

// A mount's number, since st_dev differs between the subvolumes of one btrfs as well.
Result<Found> look(int directory, const std::string& name, const std::string& shown) {
    struct statx x = {};
    const int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | (name.empty() ? AT_EMPTY_PATH : 0);
    if (::statx(directory, name.c_str(), flags, STATX_BASIC_STATS | STATX_MNT_ID | STATX_BTIME,
                &x) != 0)
        return Error::os(errno, "statx", shown);
    Found found;
    auto& status = found.status;
    status.st_dev = makedev(x.stx_dev_major, x.stx_dev_minor);
    status.st_rdev = makedev(x.stx_rdev_major, x.stx_rdev_minor);
    status.st_ino = x.stx_ino;
    status.st_mode = x.stx_mode;
    status.st_nlink = x.stx_nlink;
    status.st_uid = x.stx_uid;
    status.st_gid = x.stx_gid;
    status.st_size = static_cast<off_t>(x.stx_size);
    status.st_blocks = static_cast<blkcnt_t>(x.stx_blocks);
    status.st_atim = time_of(x.stx_atime);
    status.st_mtim = time_of(x.stx_mtime);
    status.st_ctim = time_of(x.stx_ctime);
    found.mount = x.stx_mnt_id;
    found.born = time_of(x.stx_btime);
    return found;
}

bool contains(const std::vector<std::string>& list, const std::string& path) {
    return std::find(list.begin(), list.end(), path) != list.end();
}

// A device with two names becomes two: a restore makes those last, and may leave them out.
bool may_be_linked(mode_t mode) { return S_ISREG(mode) || S_ISLNK(mode) || S_ISFIFO(mode); }

// A number may be given to another file meanwhile.
using FileKey = std::tuple<dev_t, ino_t, time_t, long>;
FileKey key_of(const Found& found) {
    return {found.status.st_dev, found.status.st_ino, found.born.tv_sec, found.born.tv_nsec};
}

class Walker {
  public:
    Walker(const os::Dir& root, const Walk& how, const Visit& visit)
        : root_(root), how_(how), visit_(visit) {}
    Result<void> run();

  private:
    struct Level {
        os::Dir directory;
        std::string path = {};
        std::uint64_t mount = 0;
        std::vector<std::string> names = {};
        std::size_t next = 0;
    };
    Result<void> descend(int directory, const std::string& name, const std::string& path,
                         std::uint64_t mount);
    Result<void> step(Level& level);
    Result<void> take(Level& level, const std::string& name, const std::string& path);

    const os::Dir& root_;
    const Walk& how_;
    const Visit& visit_;
    std::vector<Level> levels_ = {};               // no recursion: a hostile tree may be deep
    std::map<FileKey, std::string> several_ = {};  // files with several names
};

Result<void> Walker::run() {
    auto top = TRY(look(root_.fd(), "", root_.path()));
    TRY(visit_(Entry{.path = "", .found = top.status}));
    TRY(descend(root_.fd(), ".", "", top.mount));
    while (!levels_.empty()) {
        auto& level = levels_.back();
        if (level.next == level.names.size())
            levels_.pop_back();
        else
            TRY(step(level));
    }
    return {};
}

Result<void> Walker::descend(int directory, const std::string& name, const std::string& path,
                             std::uint64_t mount) {
    UniqueFd opened(
        ::openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!opened && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)) return {};
    if (!opened) return Error::os(errno, "open", path);
    os::Dir here(std::move(opened), path);
    auto names = TRY(here.entries());
    levels_.push_back({std::move(here), path, mount, std::move(names)});
    return {};
}

Result<void> Walker::step(Level& level) {
    const auto name = std::move(level.names[level.next++]);
    const auto path = level.path.empty() ? name : cat(level.path, "/", name);
    if (contains(how_.exclude, path) || (how_.leave_out && how_.leave_out(path))) return {};
    if (levels_.size() > most_levels || path.size() > longest_path) {
        if (how_.unfit) how_.unfit(path);
        return {};
    }
    auto taken = take(level, name, path);
    return !taken && taken.error().kind == Kind::missing ? Result<void>() : std::move(taken);
}

Result<void> Walker::take(Level& level, const std::string& name, const std::string& path) {
    const auto found = TRY(look(level.directory.fd(), name, path));
    if (S_ISREG(found.status.st_mode) && found.status.st_size > largest_file) {
        if (how_.unfit) how_.unfit(path);
        return {};
    }
    Entry entry{.path = path, .found = found.status};
    const auto mode = found.status.st_mode;
    if (S_ISLNK(mode)) {
        auto target = os::read_link(level.directory.fd(), name);
        if (!target) return Error::os(target.error().os_number, "readlink", path);
        entry.target = *std::move(target);
    }
    const bool several = found.status.st_nlink > 1 && may_be_linked(mode);
    if (const auto known = several_.find(key_of(found)); several && known != several_.end())
        entry.same_as = known->second;
    const bool first = several && entry.same_as.empty();
    const bool entered = found.mount == level.mount || contains(how_.enter, path);
    const int directory = level.directory.fd();
    TRY(visit_(std::move(entry)));
    if (first) several_.emplace(key_of(found), path);
    if (!S_ISDIR(mode) || !entered) return {};
    return descend(directory, name, path, found.mount);
}

}  // namespace

Result<void> walk(const os::Dir& root, const Walk& how, const Visit& visit) {
    return Walker(root, how, visit).run();
}

}  // namespace backup
