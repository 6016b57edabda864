#include "partition/software/tree_difference.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <map>
#include <optional>
#include <set>

#include "os/interrupt.h"
#include "os/real_path.h"
#include "partition/software/same_bytes.h"
#include "rootpart/inside.h"
#include "rootpart/listing.h"

namespace partition::software {
namespace {

using Attributes = std::map<std::string, std::string>;

bool is_of_place(std::string_view name) {
    return name.starts_with("trusted.overlay.") || name == "security.selinux" ||
           name == "btrfs.compression";
}

Result<Attributes> attributes_of(int file, const std::string& shown) {
    Attributes found;
    std::array<char, XATTR_LIST_MAX> names;  // not zeroed: the kernel fills it
    const auto size = ::flistxattr(file, names.data(), names.size());
    if (size < 0 && errno == EOPNOTSUPP) return found;
    if (size < 0) return Error::os(errno, "list attributes", shown);
    std::string value;
    for (const char* name = names.data(); name < names.data() + size;
         name += std::string_view(name).size() + 1) {
        if (is_of_place(name)) continue;
        value.resize(XATTR_SIZE_MAX);
        const auto got = ::fgetxattr(file, name, value.data(), value.size());
        if (got < 0) return Error::os(errno, cat("read attribute ", name), shown);
        found.emplace(name, value.substr(0, static_cast<std::size_t>(got)));
    }
    return found;
}

Result<bool> same_attributes(int one, int other, const std::string& shown) {
    const auto first = TRY(attributes_of(one, shown));
    return first == TRY(attributes_of(other, shown));
}

bool same_status(const struct stat& one, const struct stat& other) {
    return one.st_mode == other.st_mode && one.st_uid == other.st_uid &&
           one.st_gid == other.st_gid && one.st_mtim.tv_sec == other.st_mtim.tv_sec &&
           one.st_mtim.tv_nsec == other.st_mtim.tv_nsec;
}

// One name, in the directories of both trees.
struct Pair {
    const os::Dir& wanted;
    const os::Dir& there;
    std::string name = {};
    std::string path = {};
    struct stat status = {};  // of the wanted one
    struct stat before = {};
};

Result<bool> same_file(const Pair& pair) {
    if (pair.status.st_size != pair.before.st_size) return false;
    const os::OpenCall call = {.path = pair.name,
                               .flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOATIME,
                               .no_symlinks = true};
    const auto one = TRY(pair.wanted.open_file(call));
    const auto other = TRY(pair.there.open_file(call));
    if (!TRY(same_attributes(one.get(), other.get(), pair.path))) return false;
    return same_bytes(one.get(), other.get(), pair.path);
}

Result<bool> same_entry(const Pair& pair) {
    const auto& [wanted, there, name, path, status, before] = pair;
    if (!same_status(status, before) || status.st_nlink != before.st_nlink) return false;
    if (S_ISREG(status.st_mode)) return same_file(pair);
    if (S_ISLNK(status.st_mode)) {
        const auto target = TRY(os::read_link(wanted.fd(), name));
        return target == TRY(os::read_link(there.fd(), name));
    }
    return status.st_rdev == before.st_rdev;
}

// Paths in a list, not calls in calls: how deep it goes is up to whoever made the backup.
class Comparer {
  public:
    Comparer(const os::Dir& wanted, const os::Dir& there) : wanted_(wanted), there_(there) {}

    Result<TreeDifference> run() {
        struct stat top = {};
        if (::fstat(wanted_.fd(), &top) != 0) return Error::os(errno, "stat", wanted_.path());
        device_ = top.st_dev;
        todo_.emplace_back();
        while (!todo_.empty()) {
            const auto path = std::move(todo_.back());
            todo_.pop_back();
            TRY(compare_directory(path));
        }
        part_links();
        return result();
    }

  private:
    struct Links {  // of one wanted file
        std::vector<std::string> names = {};
        std::set<ino_t> before = {};
        bool differs = false;
    };

    static std::string joined(const std::string& path, const std::string& name) {
        return path.empty() ? name : cat(path, "/", name);
    }
    // What lies above a difference is not the same as a whole.
    void touch(const std::string& path) {
        for (auto end = path.rfind('/'); end != std::string::npos && end > 0;
             end = path.rfind('/', end - 1))
            if (!touched_.insert(path.substr(0, end)).second) return;
    }
    void remove(const std::string& path) {
        difference_.removals.push_back(path);
        touch(path);
    }

    Result<void> compare_directory(const std::string& path) {
        TRY(os::heed_interrupt());
        const auto wanted = TRY(rootpart::directory_inside(wanted_, path.empty() ? "." : path));
        const auto there = TRY(rootpart::directory_inside(there_, path.empty() ? "." : path));
        std::set<std::string> present;
        for (const auto& entry : TRY(rootpart::list_directory(there.fd(), path)))
            present.insert(entry.name);
        for (const auto& entry : TRY(rootpart::list_directory(wanted.fd(), path))) {
            const auto inside = joined(path, entry.name);
            Pair pair = {wanted, there, entry.name, inside, TRY(wanted.stat(entry.name))};
            if (present.erase(entry.name) == 0) {
                touch(inside);
                continue;
            }
            pair.before = TRY(there.stat(entry.name));
            TRY(compare(pair));
        }
        for (const auto& name : present) remove(joined(path, name));
        return {};
    }

    Result<void> compare(const Pair& pair) {
        if (S_ISDIR(pair.status.st_mode) && S_ISDIR(pair.before.st_mode))
            return compare_both_directories(pair);
        const bool same =
            !S_ISDIR(pair.status.st_mode) && !S_ISDIR(pair.before.st_mode) && TRY(same_entry(pair));
        if (!same) remove(pair.path);
        if (same && pair.status.st_nlink == 1) difference_.same.push_back(pair.path);
        if (pair.status.st_nlink == 1 || S_ISDIR(pair.status.st_mode)) return {};
        auto& links = links_[pair.status.st_ino];
        links.differs |= !same;
        if (same) links.names.push_back(pair.path);
        if (same) links.before.insert(pair.before.st_ino);
        return {};
    }

    Result<void> compare_both_directories(const Pair& pair) {
        const auto one = TRY(rootpart::directory_inside(pair.wanted, pair.name));
        const auto other = TRY(rootpart::directory_inside(pair.there, pair.name));
        const bool same = TRY(same_attributes(one.fd(), other.fd(), pair.path));
        if (same && same_status(pair.status, pair.before))
            directories_.push_back(pair.path);
        else
            touch(pair.path);
        // what is mounted there comes with its own file system
        if (pair.status.st_dev == device_) todo_.push_back(pair.path);
        return {};
    }

    // Names of one file stay together: all of them are as they were, or none.
    void part_links() {
        for (const auto& [inode, links] : links_) {
            (void)inode;
            const bool whole = !links.differs && links.before.size() == 1;
            for (const auto& name : links.names)
                if (whole)
                    difference_.same.push_back(name);
                else
                    remove(name);
        }
    }

    TreeDifference result() {
        for (const auto& path : directories_)
            if (!touched_.contains(path)) difference_.same.push_back(path);
        std::sort(difference_.same.begin(), difference_.same.end());
        return std::move(difference_);
    }

    const os::Dir& wanted_;
    const os::Dir& there_;
    dev_t device_ = 0;
    TreeDifference difference_ = {};
    std::vector<std::string> todo_ = {};
    std::vector<std::string> directories_ = {};  // with the same metadata
    std::set<std::string> touched_ = {};
    std::map<ino_t, Links> links_ = {};
};

}  // namespace

Result<TreeDifference> compare_trees(const os::Dir& wanted, const os::Dir& there) {
    return Comparer(wanted, there).run();
}

}  // namespace partition::software
