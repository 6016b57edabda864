#include "backup/count.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>

namespace backup {
namespace {

struct Close {
    void operator()(DIR* stream) const { (void)::closedir(stream); }
};

bool is_gone(int number) { return number == ENOENT || number == ENOTDIR || number == ELOOP; }

class Counter {
  public:
    explicit Counter(const Walk& how) : how_(how) {}
    Result<std::uint64_t> run(const os::Dir& root);

  private:
    struct Level {
        std::unique_ptr<DIR, Close> stream;
        std::string path = {};
        std::uint64_t mount = 0;
    };
    Result<void> enter(int directory, const char* name, const std::string& path,
                       std::uint64_t mount);
    Result<void> step();
    Result<void> take(const dirent& found, const std::string& path);
    bool is_left_out(const std::string& path) const;

    const Walk& how_;
    std::vector<Level> levels_ = {};
    std::uint64_t names_ = 0;
};

// Nothing of what is no directory or vanished meanwhile.
Result<std::optional<std::uint64_t>> mount_of(int directory, const char* name,
                                              const std::string& path) {
    struct statx found = {};
    if (::statx(directory, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_TYPE | STATX_MNT_ID,
                &found) != 0)
        return is_gone(errno) ? Result<std::optional<std::uint64_t>>(std::nullopt)
                              : Error::os(errno, "statx", path);
    if (!S_ISDIR(found.stx_mode)) return std::optional<std::uint64_t>();
    return std::optional<std::uint64_t>(found.stx_mnt_id);
}

Result<void> Counter::enter(int directory, const char* name, const std::string& path,
                            std::uint64_t mount) {
    UniqueFd opened(::openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!opened) return is_gone(errno) ? Result<void>() : Error::os(errno, "open", path);
    Level level{.stream = std::unique_ptr<DIR, Close>(::fdopendir(opened.get())),
                .path = path,
                .mount = mount};
    if (!level.stream) return Error::os(errno, "open", path);
    (void)opened.release();  // the stream's now
    levels_.push_back(std::move(level));
    return {};
}

bool Counter::is_left_out(const std::string& path) const {
    const auto& exclude = how_.exclude;
    return std::find(exclude.begin(), exclude.end(), path) != exclude.end() ||
           (how_.leave_out && how_.leave_out(path)) || levels_.size() > most_levels ||
           path.size() > longest_path;
}

Result<void> Counter::take(const dirent& found, const std::string& path) {
    ++names_;
    if (found.d_type != DT_DIR && found.d_type != DT_UNKNOWN) return {};
    const auto& level = levels_.back();
    const int directory = ::dirfd(level.stream.get());
    const auto mount = TRY(mount_of(directory, found.d_name, path));
    const auto& others = how_.enter;
    const bool entered = mount && (*mount == level.mount ||
                                   std::find(others.begin(), others.end(), path) != others.end());
    return entered ? enter(directory, found.d_name, path, *mount) : Result<void>();
}

Result<void> Counter::step() {
    const auto& level = levels_.back();
    errno = 0;
    const auto* found = ::readdir(level.stream.get());
    if (found == nullptr && errno != 0) return Error::os(errno, "readdir", level.path);
    if (found == nullptr) {
        levels_.pop_back();
        return {};
    }
    const std::string_view name = found->d_name;
    if (name == "." || name == "..") return {};
    const auto path = level.path.empty() ? std::string(name) : cat(level.path, "/", name);
    return is_left_out(path) ? Result<void>() : take(*found, path);
}

Result<std::uint64_t> Counter::run(const os::Dir& root) {
    const auto mount = TRY(mount_of(root.fd(), ".", root.path()));
    if (!mount) return Error{Kind::invalid, cat("'", root.path(), "' is no directory")};
    names_ = 1;
    TRY(enter(root.fd(), ".", "", *mount));
    while (!levels_.empty()) TRY(step());
    return names_;
}

}  // namespace

Result<std::uint64_t> count(const os::Dir& root, const Walk& how) { return Counter(how).run(root); }

}  // namespace backup
