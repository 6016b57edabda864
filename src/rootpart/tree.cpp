#include "rootpart/tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "rootpart/copy.h"
#include "rootpart/listing.h"

namespace rootpart {
namespace {

std::string joined(const std::string& directory, const std::string& name) {
    return directory.empty() ? name : cat(directory, "/", name);
}

// An empty path is the top itself. ENOENT: it vanished while we came.
Result<os::Dir> open_below(const os::Dir& top, const std::string& path) {
    auto fd = TRY(top.open_file({.path = path.empty() ? "." : path,
                                 .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
                                 .no_symlinks = true}));
    return os::Dir(std::move(fd), joined(top.path(), path));
}

// A subvolume of btrfs has a device number of its own, too.
bool is_mount_point(int directory, const std::string& name) {
    struct statx found = {};
    if (::statx(directory, name.c_str(), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_TYPE,
                &found) != 0 ||
        (found.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) == 0)
        return true;
    return (found.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

// Directories still to copy, as paths below the top. Done when none is left and nobody works on
// one.
class Work {
  public:
    void add(std::string path) {
        const std::lock_guard lock(mutex_);
        paths_.push_back(std::move(path));
        changed_.notify_one();
    }
    std::optional<std::string> take() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return over_ || !paths_.empty() || busy_ == 0; });
        if (over_ || paths_.empty()) return std::nullopt;
        auto path = std::move(paths_.back());  // the latest: depth first keeps the list short
        paths_.pop_back();
        ++busy_;
        return path;
    }
    void done(Result<void> result) {
        const std::lock_guard lock(mutex_);
        --busy_;
        if (!result && first_) {
            first_ = std::move(result);
            over_ = true;
        }
        if (over_ || (busy_ == 0 && paths_.empty())) changed_.notify_all();
    }
    Result<void> outcome() const { return first_; }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> paths_;
    unsigned busy_ = 0;
    bool over_ = false;
    Result<void> first_;
};

class TreeCopier {
  public:
    TreeCopier(const os::Dir& from, const os::Dir& to, const TreeCopy& how)
        : from_(from), to_(to), how_(how) {}

    Result<void> run() {
        struct stat top = {};
        if (::fstat(from_.fd(), &top) != 0) return Error::os(errno, "stat", from_.path());
        device_ = top.st_dev;
        work_.add("");
        std::vector<std::thread> helpers;
        for (unsigned more = 1; more < how_.threads; ++more)
            helpers.emplace_back([this] { labour(); });
        labour();
        for (auto& helper : helpers) helper.join();
        TRY(work_.outcome());
        return copy_linked();
    }

  private:
    using Inode = std::pair<dev_t, ino_t>;

    std::string shown(const std::string& path) const { return joined(how_.shown, path); }

    void labour() {
        while (const auto path = work_.take()) work_.done(copy_directory(*path));
    }

    Result<void> copy_directory(const std::string& path) {
        const auto from = open_below(from_, path);
        if (!from && from.error().kind == Kind::missing) return {};
        if (!from) return from.error();
        const auto to = TRY(open_below(to_, path));
        for (const auto& entry : TRY(list_directory(from->fd(), shown(path)))) {
            if (how_.stop && *how_.stop) return Error{Kind::interrupted, "interrupted"};
            TRY(copy_one(*from, to, path, entry));
        }
        return copy_directory_metadata(from->fd(), to.fd(), shown(path), how_.extent);
    }

    Result<void> copy_one(const os::Dir& from, const os::Dir& to, const std::string& path,
                          const Listed& entry) {
        struct stat found = {};
        if (::fstatat(from.fd(), entry.name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0)
            return errno == ENOENT ? Result<void>()
                                   : Error::os(errno, "stat", shown(joined(path, entry.name)));
        if (how_.skips && how_.skips(joined(path, entry.name))) return {};
        TRY(check_owner(found, path, entry));
        const Pair pair = {from.fd(), to.fd(), entry.name, shown(joined(path, entry.name)),
                           how_.extent};
        if (S_ISDIR(found.st_mode)) {
            TRY(make_directory(pair));
            if (found.st_dev == device_ || !is_mount_point(from.fd(), entry.name))
                work_.add(joined(path, entry.name));
            else
                TRY(stand_in(pair, found));
        } else if (found.st_nlink > 1) {
            const std::lock_guard lock(links_mutex_);
            linked_[{found.st_dev, found.st_ino}].push_back(joined(path, entry.name));
        } else {
            TRY(copy_entry(pair, found));
        }
        return {};
    }

    Result<void> check_owner(const struct stat& found, const std::string& path,
                             const Listed& entry) const {
        if (how_.ids == 0 || (found.st_uid < how_.ids && found.st_gid < how_.ids)) return {};
        const bool user = found.st_uid >= how_.ids;
        return Error{Kind::invalid,
                     cat("'", printable(shown(joined(path, entry.name))), "' belongs to ",
                         user ? "user " : "group ", user ? found.st_uid : found.st_gid,
                         "; a workload partition has the ids 0 to ", how_.ids - 1)};
    }

    // For a directory with something mounted on it: owner and mode of what is seen.
    static Result<void> stand_in(const Pair& pair, const struct stat& found) {
        if (::fchownat(pair.to, pair.name.c_str(), found.st_uid, found.st_gid,
                       AT_SYMLINK_NOFOLLOW) == 0 &&
            ::fchmodat(pair.to, pair.name.c_str(), found.st_mode & 07777, 0) == 0)
            return {};
        return Error::os(errno, "chown", pair.shown);
    }

    // Names of one inode may lie in directories that different threads copied: they come last, and
    // the times of their directories are set again.
    Result<void> copy_linked() {
        std::set<std::string> touched;
        for (const auto& [inode, names] : linked_) {
            (void)inode;
            if (how_.stop && *how_.stop) return Error{Kind::interrupted, "interrupted"};
            TRY(copy_names(names, touched));
        }
        for (const auto& path : touched) {
            const auto from = open_below(from_, path);
            if (!from) continue;  // vanished
            const auto to = TRY(open_below(to_, path));
            TRY(copy_directory_metadata(from->fd(), to.fd(), shown(path), how_.extent));
        }
        return {};
    }

    Result<void> copy_names(std::vector<std::string> names, std::set<std::string>& touched) {
        std::sort(names.begin(), names.end());
        std::string first;
        for (const auto& path : names) {
            const auto slash = path.rfind('/');
            const auto parent = slash == std::string::npos ? std::string() : path.substr(0, slash);
            const auto name = slash == std::string::npos ? path : path.substr(slash + 1);
            touched.insert(parent);
            const auto to = TRY(open_below(to_, parent));
            if (!first.empty()) {
                if (::linkat(to_.fd(), first.c_str(), to.fd(), name.c_str(), 0) == 0) continue;
                if (errno != EMLINK) return Error::os(errno, "link", shown(path));
            }
            if (TRY(copy_first(to, parent, name)) == Copied::yes) first = path;
        }
        return {};
    }

    Result<Copied> copy_first(const os::Dir& to, const std::string& parent,
                              const std::string& name) {
        const auto from = open_below(from_, parent);
        struct stat found = {};
        if (!from || ::fstatat(from->fd(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0)
            return Copied::vanished;
        return copy_entry({from->fd(), to.fd(), name, shown(joined(parent, name)), how_.extent},
                          found);
    }

    const os::Dir& from_;
    const os::Dir& to_;
    const TreeCopy& how_;
    dev_t device_ = 0;
    Work work_;
    std::mutex links_mutex_;
    std::map<Inode, std::vector<std::string>> linked_;
};

using Skips = std::function<bool(const std::string&)>;

struct Measuring {
    dev_t device = 0;
    const Skips& skips;
    TreeSize sum = {};
};

Result<void> measure(const os::Dir& directory, const std::string& path, Measuring& how) {
    auto& sum = how.sum;
    for (const auto& entry : TRY(list_directory(directory.fd(), directory.path()))) {
        struct stat found = {};
        if (::fstatat(directory.fd(), entry.name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        const auto inside = joined(path, entry.name);
        if (how.skips && how.skips(inside)) continue;
        constexpr std::uint64_t unit = 512;
        const auto bytes = static_cast<std::uint64_t>(found.st_blocks) * unit;
        const auto part =
            bytes / std::max<std::uint64_t>(S_ISDIR(found.st_mode) ? 1 : found.st_nlink, 1);
        sum.bytes += part;
        if (S_ISREG(found.st_mode) && found.st_size > largest_small) sum.shareable += part;
        ++sum.files;
        if (entry.type != DT_DIR) continue;
        if (found.st_dev != how.device && is_mount_point(directory.fd(), entry.name)) continue;
        const auto inner = open_below(directory, entry.name);
        if (inner) TRY(measure(*inner, inside, how));  // else it vanished
    }
    return {};
}

}  // namespace

Result<void> copy_tree(const os::Dir& from, const os::Dir& to, const TreeCopy& how) {
    return TreeCopier(from, to, how).run();
}

Result<TreeSize> measure_tree(const os::Dir& from, const Skips& skips) {
    struct stat top = {};
    if (::fstat(from.fd(), &top) != 0) return Error::os(errno, "stat", from.path());
    Measuring how = {.device = top.st_dev, .skips = skips};
    TRY(measure(from, "", how));
    return how.sum;
}

}  // namespace rootpart
