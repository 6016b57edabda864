#include "rootpart/database.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>

#include "rootpart/inside.h"
#include "rootpart/listing.h"

namespace rootpart {
namespace {

constexpr auto home = "var/lib/dpkg";

// Merged, or not the database's.
bool is_apart(const std::string& path) {
    static constexpr std::array names = {"var/lib/dpkg/alternatives", "var/lib/dpkg/diversions",
                                         "var/lib/dpkg/statoverride", "var/lib/dpkg/lock",
                                         "var/lib/dpkg/lock-frontend"};
    for (const std::string_view name : names)
        if (path == name) return true;
    return path.ends_with("-old");
}

Entry stamped(const struct stat& found) {
    Entry entry = {S_ISDIR(found.st_mode)   ? Sort::directory
                   : S_ISREG(found.st_mode) ? Sort::file
                                            : Sort::other,
                   found.st_mode & 07777,
                   found.st_uid,
                   found.st_gid,
                   0,
                   {}};
    if (entry.sort == Sort::file)
        entry.content = cat(found.st_size, " ", found.st_mtim.tv_sec, ".", found.st_mtim.tv_nsec);
    return entry;
}

Result<void> stamp_all(const os::Dir& directory, const std::string& path, Entries& entries) {
    for (const auto& listed : TRY(list_directory(directory.fd(), path))) {
        const auto inner = cat(path, "/", listed.name);
        if (is_apart(inner)) continue;
        const auto entry = stamped(TRY(directory.stat(listed.name)));
        if (entry.sort == Sort::other) continue;
        entries.emplace(inner, entry);
        if (entry.sort == Sort::directory)
            TRY(stamp_all(TRY(directory_inside(directory, listed.name)), inner, entries));
    }
    return {};
}

Result<std::optional<Entry>> stamp_inside(const os::Dir& target, const std::string& path) {
    const auto above = directory_inside(target, path.substr(0, path.rfind('/')));
    if (!above && above.error().kind == Kind::missing) return std::optional<Entry>();
    if (!above) return above.error();
    struct stat found = {};
    if (::fstatat(above->fd(), path.c_str() + path.rfind('/') + 1, &found, AT_SYMLINK_NOFOLLOW) ==
        0)
        return std::optional(stamped(found));
    if (errno == ENOENT) return std::optional<Entry>();
    return Error::os(errno, "stat", cat("/", path));
}

// What packages that are gone left there.
Result<void> plan_removals(const os::Dir& target, const std::string& path, DatabasePlan& plan) {
    const auto directory = directory_inside(target, path);
    if (!directory) return {};
    for (const auto& listed : TRY(list_directory(directory->fd(), path))) {
        const auto inner = cat(path, "/", listed.name);
        if (listed.type == DT_DIR || plan.wanted.contains(inner)) continue;
        plan.steps.push_back({inner, {Act::remove}, Entry{}, nullptr});
    }
    return {};
}

}  // namespace

Result<DatabasePlan> plan_database(const os::Dir& wanted, const os::Dir& target) {
    DatabasePlan plan;
    TRY(stamp_all(TRY(directory_inside(wanted, home)), home, plan.wanted));
    for (const auto& [path, entry] : plan.wanted) {
        auto present = TRY(stamp_inside(target, path));
        const auto decision =
            decide({nullptr, present ? &*present : nullptr, &entry}, {.follow = true});
        if (decision == Decision{}) continue;
        plan.steps.push_back({path, decision, std::move(present), &entry});
    }
    for (const auto* path : {"var/lib/dpkg/info", "var/lib/dpkg/triggers"})
        TRY(plan_removals(target, path, plan));
    return plan;
}

Result<void> dpkg_must_rest(const os::Dir& target) {
    for (const auto* path : {"var/lib/dpkg/lock-frontend", "var/lib/dpkg/lock"}) {
        const auto fd = target.open_file({.path = path,
                                          .flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
                                          .no_symlinks = true});
        if (!fd) continue;
        struct flock lock = {};
        lock.l_type = F_WRLCK;
        lock.l_whence = SEEK_SET;
        if (::fcntl(fd->get(), F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK)
            return Error{
                Kind::busy,
                "dpkg or apt is at work in the workload partition; try again when it is done"};
    }
    return {};
}

std::string merged_alternative(std::string_view inside, std::string_view wanted, bool chosen) {
    const auto first = inside.substr(0, inside.find('\n'));
    if (!chosen || (first != "manual" && first != "auto")) return std::string(wanted);
    const auto end = wanted.find('\n');
    return cat(first, end == std::string_view::npos ? "" : wanted.substr(end));
}

}  // namespace rootpart
