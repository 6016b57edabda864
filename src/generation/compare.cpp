#include "generation/compare.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace generation {
namespace {

std::optional<struct stat> find(const os::Dir& directory, const std::string& name) {
    struct stat found = {};
    if (!directory || ::fstatat(directory.fd(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0)
        return std::nullopt;
    return found;
}

// A directory differs by what is in it, and by owner and mode; a link's own time is not always kept.
bool same(const struct stat& one, const struct stat& other) {
    if (one.st_mode != other.st_mode || one.st_uid != other.st_uid || one.st_gid != other.st_gid)
        return false;
    if (S_ISDIR(one.st_mode)) return true;
    if (one.st_size != other.st_size) return false;
    return S_ISLNK(one.st_mode) || one.st_mtim.tv_sec == other.st_mtim.tv_sec;
}

Result<std::vector<std::string>> names_in(const os::Dir& one, const os::Dir& other) {
    std::vector<std::string> all;
    for (const auto* each : {&one, &other}) {
        if (!*each) continue;
        auto names = TRY(each->entries());
        all.insert(all.end(), names.begin(), names.end());
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

Result<os::Dir> enter(const os::Dir& directory, const std::string& name, const std::string& shown) {
    return os::Dir(
        TRY(directory.open_file({.path = name, .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW})),
        shown);
}

}  // namespace

Result<void> compare_trees(const os::Dir& before, const os::Dir& after, const std::string& shown,
                           const Differs& differs) {
    for (const auto& name : TRY(names_in(before, after))) {
        const auto path = cat(shown, "/", name);
        const auto old = find(before, name);
        const auto now = find(after, name);
        if (!old && !now) continue;  // it vanished
        if (!old || !now) {
            differs(old ? '-' : '+', path);
            continue;
        }
        if (!same(*old, *now)) differs('~', path);
        if (S_ISDIR(old->st_mode) && S_ISDIR(now->st_mode))
            TRY(compare_trees(TRY(enter(before, name, path)), TRY(enter(after, name, path)), path,
                              differs));
    }
    return {};
}

}  // namespace generation
