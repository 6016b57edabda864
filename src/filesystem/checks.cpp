#include "filesystem/checks.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>

#include "os/dir.h"
#include "os/idmap_probe.h"
#include "os/mount_table.h"

namespace filesystem {
namespace {

std::string parent_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string nearest_existing(std::string path) {
    while (path.size() > 1 && !os::exists(path)) path = parent_of(path);
    return path;
}

bool is_missing(const std::string& path) {
    struct stat found = {};
    return ::lstat(path.c_str(), &found) != 0 && errno == ENOENT;
}

Result<void> check_spelling(const std::string& path) {
    const auto wrong = [&](std::string_view why) {
        return Error{Kind::invalid, cat("base directory '", printable(path), "' ", why)};
    };
    if (path.empty() || path.front() != '/') return wrong("must be a full path");
    if (path == "/") return wrong("is the global environment's own root");
    if (has_control(path)) return wrong("holds a control character");
    for (const auto& part : split(path.substr(1), '/'))
        if (part.empty() || part == "." || part == "..")
            return wrong("must be written without '.', '..', '//' and a '/' at its end");
    return {};
}

Result<void> check_directory(const std::string& path) {
    const auto wrong = [&](Kind kind, std::string_view why) {
        return Error{kind, cat("base directory '", printable(path), "' ", why)};
    };
    struct stat found = {};
    if (::lstat(path.c_str(), &found) != 0)
        return errno == ENOENT ? Result<void>() : Error::os(errno, "base directory", path);
    if (S_ISLNK(found.st_mode)) return wrong(Kind::invalid, "is a link; name the directory itself");
    if (!S_ISDIR(found.st_mode)) return wrong(Kind::exists, "is not a directory");
    for (const auto& entry : TRY(os::mount_table()))
        if (entry.point == path) return wrong(Kind::busy, "is a mount point; unmount it first");
    if (found.st_uid != 0 || found.st_gid != 0 || (found.st_mode & 07777) != 0755)
        return wrong(Kind::denied,
                     cat("must belong to root with mode 755; remedy: chown root:root ",
                         shell_word(path), "; chmod 755 ", shell_word(path)));
    return {};
}

Result<void> check_empty(const std::string& path) {
    if (is_missing(path)) return {};
    const auto directory = TRY(os::Dir::open(path));
    if (TRY(directory.entries()).empty()) return {};
    return Error{Kind::exists, cat("base directory '", printable(path), "' is not empty")};
}

Result<void> check_others(const std::string& path, const std::vector<std::string>& others) {
    for (const auto& other : others) {
        const bool same = path == other;
        if (!same && !os::is_below(path, other) && !os::is_below(other, path)) continue;
        return Error{Kind::exists, cat("base directory '", path, "' ",
                                       same                        ? "is"
                                       : os::is_below(path, other) ? "lies in"
                                                                   : "holds",
                                       " that of another workload partition, '", other, "'")};
    }
    return {};
}

bool is_everybodys(std::string_view directory) {
    for (const auto* known : {"/", "/etc", "/home", "/media", "/mnt", "/opt", "/srv", "/usr",
                              "/usr/local", "/usr/share", "/var", "/var/lib", "/var/opt"})
        if (directory == known) return true;
    return false;
}

// Ids on disk are plain: a file that the WPAR's root makes set-user-ID root is so for the global
// environment as well, and a user in here with the number of a user in there could read his files.
Error let_through(const std::string& parent) {
    const auto danger =
        cat("users of the global environment could reach files of the workload partition through '",
            parent, "', and set-user-ID programs made inside would be root's for them; ");
    if (is_everybodys(parent))
        return {Kind::denied, cat(danger,
                                  "choose a base directory like /wpars/NAME, in a directory "
                                  "that only root may enter")};
    return {Kind::denied, cat(danger, "remedy: chmod 700 ", shell_word(parent))};
}

std::string remedy_for(std::string_view type) {
    const auto own =
        "or give the workload partition's / a file system of its own: "
        "-M directory=/ vfs=jfs2 size=5G";
    return cat(type == "tmpfs" ? "tmpfs can on kernels since 6.3; " : "",
               "use a directory on ext4, xfs or btrfs, ", own);
}

std::string amount(std::uint64_t bytes) { return cat((bytes + (1 << 20) - 1) >> 20, " MB"); }

}  // namespace

Result<void> check_idmap(const std::string& path) {
    const auto existing = nearest_existing(path);
    const auto probed = os::probe_idmap(existing);
    if (probed) return {};
    if (probed.error().kind != Kind::unsupported) return probed.error();
    const auto table = TRY(os::mount_table());
    const auto* mount = os::mount_of(table, existing);
    const auto point = mount ? mount->point : existing;
    const auto type = mount ? mount->type : std::string("unknown");
    return Error{
        Kind::unsupported,
        cat("'", printable(path), "' is on '", printable(point), "', a file system of type ", type,
            " that cannot shift ids (idmapped mounts); ", remedy_for(type)),
        probed.error().os_number};
}

Result<void> check_above(const std::string& path) {
    bool guarded = false;
    for (auto above = parent_of(path);; above = parent_of(above)) {
        struct stat found = {};
        if (::lstat(above.c_str(), &found) != 0) {
            if (errno != ENOENT) return Error::os(errno, "base directory's parent", above);
            guarded = true;  // it will be made with mode 700
        } else {
            if (!S_ISDIR(found.st_mode))
                return Error{Kind::invalid, cat("'", printable(above),
                                                "', above the base directory, "
                                                "is not a directory; links are not followed")};
            const bool others_write = (found.st_mode & 0022) != 0 && (found.st_mode & S_ISVTX) == 0;
            if (found.st_uid != 0 || others_write)
                return Error{Kind::denied, cat("'", printable(above),
                                               "', above the base directory, "
                                               "can be changed by others than root")};
            guarded = guarded || (found.st_mode & 0011) == 0;
        }
        if (above == "/") break;
    }
    if (!guarded) return let_through(parent_of(path));
    return {};
}

Result<void> check_base(const std::string& path, const std::vector<std::string>& others) {
    TRY(check_spelling(path));
    TRY(check_others(path, others));
    TRY(check_directory(path));
    TRY(check_empty(path));
    return check_above(path);
}

Result<void> check_kept_base(const std::string& path, const std::vector<std::string>& others) {
    TRY(check_spelling(path));
    TRY(check_others(path, others));
    TRY(check_directory(path));
    return check_above(path);
}

Result<void> make_base(const std::string& path) {
    const auto parent = parent_of(path);
    if (is_missing(parent)) TRY(os::make_dirs(parent, 0700));
    if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return Error::os(errno, "mkdir", path);
    if (::chmod(path.c_str(), 0755) != 0)
        return Error::os(errno, "chmod", path);  // whatever the umask
    return {};
}

Result<Space> free_space(const std::string& path) {
    struct statvfs found = {};
    const auto existing = nearest_existing(path);
    if (::statvfs(existing.c_str(), &found) != 0) return Error::os(errno, "statvfs", existing);
    const bool counts_files = found.f_files != 0;  // btrfs makes them as it goes
    return Space{static_cast<std::uint64_t>(found.f_bavail) * found.f_frsize,
                 counts_files ? static_cast<std::uint64_t>(found.f_favail) : UINT64_MAX};
}

Result<void> check_space(const std::string& path, const Space& needed) {
    const auto free = TRY(free_space(path));
    const auto lacks = [&](std::string_view left, std::string_view wanted) {
        return Error{Kind::full, cat("'", printable(path), "' has ", left,
                                     " left on its file system; ", wanted, " are needed")};
    };
    if (free.bytes < needed.bytes) return lacks(amount(free.bytes), amount(needed.bytes));
    if (free.files < needed.files) return lacks(cat(free.files, " inodes"), cat(needed.files));
    return {};
}

Result<void> check_capacity(const std::string& path, std::uint64_t size) {
    struct statvfs found = {};
    const auto existing = nearest_existing(path);
    if (::statvfs(existing.c_str(), &found) != 0) return Error::os(errno, "statvfs", existing);
    const auto all = static_cast<std::uint64_t>(found.f_blocks) * found.f_frsize;
    if (size <= all) return {};
    return Error{Kind::full,
                 cat("size ", amount(size), " can never be filled: the file system of '",
                     printable(existing), "', where its image would lie, has ", amount(all),
                     " in all; give a smaller size=")};
}

}  // namespace filesystem
