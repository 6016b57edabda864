#include "unpacker/prune.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "backup/order.h"

namespace unpacker {
namespace {

using backup::Listed;

struct Level {
    std::string path = {};
    dev_t device = 0;
    std::vector<std::string> names = {};
    std::size_t next = 0;
};

class Pruner {
  public:
    Pruner(const os::Dir& root, tar::Tree& tree, Pruning how,
           const std::function<void(const std::string&)>& removed)
        : root_(root),
          tree_(tree),
          lines_(std::move(how.lines)),
          skip_(how.skip),
          only_(how.only),
          removed_(removed) {}
    Result<void> run();

  private:
    Result<void> enter(const std::string& path, dev_t device);
    Result<void> look(const std::string& path, const std::string& name, dev_t device);
    Result<void> remove(const std::string& path, const std::string& name, const struct stat& found,
                        dev_t device);
    Result<void> reach(const std::string& path);
    Result<void> missed() const;
    bool is_skipped(const std::string& path) const;

    const os::Dir& root_;
    tar::Tree& tree_;
    ManifestLines lines_;
    const std::vector<std::string>& skip_;
    const std::vector<std::string>& only_;
    const std::function<void(const std::string&)>& removed_;
    std::optional<Listed> line_ = {};
    std::vector<Level> levels_ = {};
};

Result<void> Pruner::run() {
    line_ = TRY(lines_.next());  // the top
    line_ = TRY(lines_.next());
    const auto top = TRY(root_.stat("."));
    TRY(enter("", top.st_dev));
    while (!levels_.empty()) {
        auto& level = levels_.back();
        if (level.next == level.names.size()) {
            levels_.pop_back();
            continue;
        }
        const auto name = level.names[level.next++];
        const auto path = level.path.empty() ? name : cat(level.path, "/", name);
        TRY(look(path, name, level.device));
    }
    while (line_) {
        TRY(missed());
        line_ = TRY(lines_.next());
    }
    return {};
}

Result<void> Pruner::enter(const std::string& path, dev_t device) {
    levels_.push_back({path, device, TRY(tree_.entries(path))});
    return {};
}

bool is_below(const std::string& path, const std::string& place) {
    return path.size() > place.size() && path[place.size()] == '/' && path.starts_with(place);
}

bool Pruner::is_skipped(const std::string& path) const {
    const bool wanted =
        only_.empty() || std::any_of(only_.begin(), only_.end(), [&](const std::string& place) {
            return path == place || is_below(path, place);
        });
    return !wanted || std::any_of(skip_.begin(), skip_.end(),
                                  [&](const std::string& place) { return is_below(path, place); });
}

// Only what this increment does not bring by itself is missed.
Result<void> Pruner::missed() const {
    if (!line_ || line_->how != backup::How::unchanged || is_skipped(line_->path)) return {};
    return Error{Kind::invalid, cat("'/", printable(line_->path),
                                    "' should have come with the backup that this one is based on, "
                                    "and did not")};
}

Result<void> Pruner::reach(const std::string& path) {
    while (line_ && backup::walks_before(line_->path, path)) {
        TRY(missed());
        line_ = TRY(lines_.next());
    }
    return {};
}

Result<void> Pruner::look(const std::string& path, const std::string& name, dev_t device) {
    TRY(reach(path));
    const auto above = TRY(tree_.parent(path));
    struct stat found = {};
    if (::fstatat(above->fd(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0)
        return Error::os(errno, "stat", path);
    if (!line_ || line_->path != path) return remove(path, name, found, device);
    if (line_->how == backup::How::unchanged &&
        (!S_ISREG(found.st_mode) || static_cast<std::uint64_t>(found.st_size) != line_->size))
        return missed();
    line_ = TRY(lines_.next());
    return S_ISDIR(found.st_mode) ? enter(path, found.st_dev) : Result<void>();
}

// A file system of its own, and what its maker put into it, belongs to the definition and not to the backup.
Result<void> Pruner::remove(const std::string& path, const std::string& name,
                            const struct stat& found, dev_t device) {
    if (S_ISDIR(found.st_mode) && (found.st_dev != device || name == "lost+found")) return {};
    TRY(tree_.remove(path));
    removed_(path);
    return {};
}

}  // namespace

Result<void> prune(const os::Dir& root, tar::Tree& tree, Pruning how,
                   const std::function<void(const std::string&)>& removed) {
    return Pruner(root, tree, std::move(how), removed).run();
}

}  // namespace unpacker
