#include "filesystem/shared.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>

#include "base/text.h"
#include "os/real_path.h"

namespace filesystem {
namespace {

Error is_link(const std::string& path, const std::string& link) {
    const auto real = os::real_path(path);
    return {Kind::invalid, cat("'", printable(link),
                               "' is a link, and who can change it would choose what is shared; ",
                               real ? cat("name the directory itself: dev=", printable(*real))
                                    : "name a directory that exists")};
}

Error changeable(const std::string& above) {
    return {Kind::denied, cat("'", printable(above),
                              "', above the shared directory, can be changed by others than root, "
                              "who would choose what is shared")};
}

// A name in a sticky directory (/tmp) can be changed by its owner only.
bool only_root_changes(const struct stat& above, const struct stat& entry) {
    if (above.st_uid != 0) return false;
    return (above.st_mode & 0022) == 0 || ((above.st_mode & S_ISVTX) != 0 && entry.st_uid == 0);
}

bool ignores_set_user_id(const std::string& path) {
    struct statvfs found = {};
    return ::statvfs(path.c_str(), &found) == 0 && (found.f_flag & ST_NOSUID) != 0;
}

Error within_reach(const std::string& path) {
    const auto word = shell_word(path);
    return {Kind::denied, cat("users of the global environment can reach '", printable(path),
                              "', and set-user-ID programs that the workload partition leaves "
                              "there would be root's for them; share it "
                              "read-only (mountopts=ro), or keep it below a directory that only "
                              "root may enter, or have it mounted "
                              "without set-user-ID: mount --bind ",
                              word, " ", word, "; mount -o remount,bind,nosuid ", word)};
}

}  // namespace

Result<void> check_shared(const std::string& path, bool writable) {
    bool guarded = false;
    struct stat above = {};
    if (::lstat("/", &above) != 0) return Error::os(errno, "stat", "/");
    std::string here;
    for (const auto& part : split(path, '/')) {
        if (part.empty()) continue;
        if (part == "." || part == "..")
            return Error{Kind::invalid,
                         cat("dev='", printable(path), "' must be written without '.' and '..'")};
        const auto parent = here.empty() ? "/" : here;
        here += cat("/", part);
        struct stat entry = {};
        if (::lstat(here.c_str(), &entry) != 0) return Error::os(errno, "dev", here);
        if (!only_root_changes(above, entry)) return changeable(parent);
        if (S_ISLNK(entry.st_mode)) return is_link(path, here);
        guarded = guarded || (above.st_mode & 0011) == 0;
        above = entry;
    }
    if (writable && !guarded && !ignores_set_user_id(path)) return within_reach(path);
    return {};
}

}  // namespace filesystem
