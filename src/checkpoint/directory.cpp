#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <thread>

#include "checkpoint/image.h"

namespace checkpoint {
namespace {

constexpr std::array parts = {"criu", "kept"};
// The root of the WPAR reads them when it is built again, by a descriptor, before it is anybody; nobody else gets past
// the directory above.
constexpr mode_t part_mode = 0755;
constexpr std::array files = {"definition", "record", "seal"};

// Whoever may write to it could put something else in the place of what lies below.
Result<void> check_above(const std::string& path) {
    struct stat found = {};
    if (::lstat(path.c_str(), &found) != 0) {
        if (errno == ENOENT)
            return Error{Kind::missing,
                         cat("directory '", path, "' does not exist; make it first")};
        return Error::os(errno, "stat", path);
    }
    if (S_ISLNK(found.st_mode))
        return Error{Kind::invalid,
                     cat("'", path, "' is a symbolic link; name the path it leads to")};
    if (!S_ISDIR(found.st_mode)) return Error{Kind::invalid, cat("'", path, "' is no directory")};
    const bool sticky = (found.st_mode & S_ISVTX) != 0;
    if (found.st_uid == 0 && (sticky || (found.st_mode & 022) == 0)) return {};
    return Error{Kind::denied, cat("'", path,
                                   "' can be changed by others than root; a checkpoint holds what "
                                   "processes had in memory and must lie where nobody else rules")};
}

Result<void> check_all_above(const std::string& path) {
    TRY(check_above("/"));
    for (auto slash = path.find('/', 1); slash != std::string::npos;
         slash = path.find('/', slash + 1))
        TRY(check_above(path.substr(0, slash)));
    return {};
}

// Of what is there already nothing is changed, and nothing is made before what lies above it is known to be root's.
Result<void> make_above(const std::string& path) {
    auto found = check_above(path);
    if (found || found.error().kind != Kind::missing) return found;
    auto made = os::make_dir(path, 0700);
    if (!made && made.error().kind != Kind::exists) return made;
    return check_above(path);
}

Result<void> check_form(const std::string& path) {
    const auto whole = cat(path, "/");
    const bool plain = whole.find("/./") == std::string::npos &&
                       whole.find("/../") == std::string::npos &&
                       whole.find("//") == std::string::npos;
    if (path.starts_with('/') && path != "/" && plain && !has_control(path)) return {};
    return Error{Kind::invalid,
                 cat("'", printable(path), "' is not the absolute path of a directory")};
}

}  // namespace

Result<os::Dir> open_directory(const std::string& path) {
    TRY(check_form(path));
    struct stat found = {};
    if (::lstat(path.c_str(), &found) != 0 && errno == ENOENT)
        return Error{Kind::missing,
                     cat("'", path, "' does not exist; name a directory that chkptwpar made")};
    TRY(check_all_above(path));
    TRY(check_above(path));
    return os::Dir::open(path);
}

Result<void> check_free(const std::string& path) {
    TRY(check_form(path));
    TRY(check_all_above(path));
    struct stat found = {};
    if (::lstat(path.c_str(), &found) != 0) {
        if (errno == ENOENT) return {};
        return Error::os(errno, "stat", path);
    }
    if (!S_ISDIR(found.st_mode))
        return Error{Kind::exists, cat("'", path, "' exists and is no directory")};
    if (TRY(TRY(os::Dir::open(path)).entries()).empty()) return {};
    return Error{Kind::exists, cat("directory '", path,
                                   "' is not empty; name one that is not there yet, or remove the "
                                   "checkpoint in it")};
}

Result<UniqueFd> claim_place(const std::string& path) {
    TRY(check_form(path));
    const auto parent = path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
    TRY(check_all_above(path));
    UniqueFd claim(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!claim) return Error::os(errno, "open", parent);
    constexpr auto patience = std::chrono::seconds(10);
    constexpr auto pace = std::chrono::milliseconds(20);
    const auto end = std::chrono::steady_clock::now() + patience;
    while (::flock(claim.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) return Error::os(errno, "flock", parent);
        if (std::chrono::steady_clock::now() >= end)
            return Error{Kind::busy,
                         cat("another holds a lock on '", parent, "'; name a place elsewhere")};
        std::this_thread::sleep_for(pace);
    }
    return claim;
}

Result<os::Dir> make_directory(const std::string& path) {
    TRY(check_free(path));
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return Error::os(errno, "mkdir", path);
    auto made = TRY(os::Dir::open(path));
    if (::fchown(made.fd(), 0, 0) != 0 || ::fchmod(made.fd(), 0700) != 0)
        return Error::os(errno, "chmod", path);
    for (const auto* part : parts) TRY(made.make_dir(part, part_mode));
    return made;
}

Result<void> make_folder(const std::string& path) {
    TRY(check_form(path));
    TRY(check_above("/"));
    const auto whole = cat(path, "/");
    for (auto slash = whole.find('/', 1); slash != std::string::npos;
         slash = whole.find('/', slash + 1))
        TRY(make_above(whole.substr(0, slash)));
    struct stat found = {};
    if (::lstat(path.c_str(), &found) != 0) return Error::os(errno, "stat", path);
    if ((found.st_mode & 077) == 0) return {};
    return Error{Kind::denied, cat("others than root may enter '", path,
                                   "'; checkpoints hold what processes had in memory: chmod 700 ",
                                   shell_word(path))};
}

Result<void> remove_directory(const std::string& path) {
    const auto directory = os::Dir::open(path);
    if (!directory)
        return directory.error().kind == Kind::missing ? Result<void>() : directory.error();
    // the seal first: without it the rest is nothing
    for (auto name = files.rbegin(); name != files.rend(); ++name)
        if (auto gone = directory->remove(*name); !gone && gone.error().kind != Kind::missing)
            return gone;
    for (const auto* part : parts)
        if (auto gone = directory->remove(part); !gone && gone.error().kind != Kind::missing)
            return gone;
    if (::rmdir(path.c_str()) == 0 || errno == ENOENT || errno == ENOTEMPTY || errno == EBUSY)
        return {};
    return Error::os(errno, "rmdir", path);
}

}  // namespace checkpoint
