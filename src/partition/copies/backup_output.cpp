#include "partition/copies/backup_output.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.h"
#include "os/real_path.h"

namespace partition::copies {
namespace {

struct Place {
    std::string folder = ".";
    std::string name = {};
};
Place place_of(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return {.name = path};
    return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

Result<UniqueFd> standard_output() {
    if (::isatty(STDOUT_FILENO) == 1)
        return Error{Kind::invalid,
                     "a backup is not for a terminal; send it into a pipe, or name a file with -f"};
    UniqueFd fd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
    if (!fd) return Error::os(errno, "dup", "standard output");
    return fd;
}

Error no_nameless_files(const std::string& folder, const std::string& path) {
    return {Kind::unsupported,
            cat("the file system of '", printable(folder),
                "' has no nameless files, and half a backup must not have a name; write it "
                "elsewhere, or through a pipe: savewpar -f - NAME > ",
                shell_word(path))};
}

}  // namespace

Result<BackupOutput> BackupOutput::open(const std::string& path) {
    if (path == "-") return BackupOutput(TRY(standard_output()), UniqueFd(), "");
    struct stat found = {};
    const bool there = ::stat(path.c_str(), &found) == 0;
    if (there && S_ISDIR(found.st_mode))
        return Error{Kind::invalid,
                     cat("'", printable(path), "' is a directory; name a file in it")};
    if (there && !S_ISREG(found.st_mode)) {
        UniqueFd device(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
        if (!device) return Error::os(errno, "open", path);
        return BackupOutput(std::move(device), UniqueFd(), "");
    }
    const auto place = place_of(path);
    UniqueFd folder(::open(place.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder) return Error::os(errno, "open", place.folder);
    UniqueFd fd(::openat(folder.get(), ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (fd) return BackupOutput(std::move(fd), std::move(folder), place.name);
    if (errno == EOPNOTSUPP || errno == EISDIR) return no_nameless_files(place.folder, path);
    return Error::os(errno, "make a file in", place.folder);
}

Result<std::string> BackupOutput::path() const {
    if (is_file()) {
        const auto folder = os::path_of(folder_.get());
        if (folder.empty()) return Error::os(ENOENT, "directory of", name_);
        return cat(folder == "/" ? "" : folder, "/", name_);
    }
    struct stat found = {};
    if (::fstat(fd_.get(), &found) != 0) return Error::os(errno, "stat", "backup");
    return S_ISREG(found.st_mode) ? os::path_of(fd_.get()) : std::string();
}

// linkat does not replace, rename does.
Result<void> BackupOutput::give_name() {
    const auto self = cat("/proc/self/fd/", fd_.get());
    const int folder = folder_.get();
    if (::linkat(AT_FDCWD, self.c_str(), folder, name_.c_str(), AT_SYMLINK_FOLLOW) == 0) return {};
    if (errno != EEXIST) return Error::os(errno, "link", name_);
    const auto beside = cat(name_, ".", ::getpid(), ".new");
    if (::linkat(AT_FDCWD, self.c_str(), folder, beside.c_str(), AT_SYMLINK_FOLLOW) != 0)
        return Error::os(errno, "link", beside);
    if (::renameat(folder, beside.c_str(), folder, name_.c_str()) == 0) return {};
    const int why = errno;
    (void)::unlinkat(folder, beside.c_str(), 0);  // the first failure is what matters
    return Error::os(why, "rename", name_);
}

Result<void> BackupOutput::finish() {
    // EINVAL: a pipe
    if (::fsync(fd_.get()) != 0 && errno != EINVAL && errno != EROFS)
        return Error::os(errno, "fsync", name_);
    if (name_.empty()) return {};
    TRY(give_name());
    if (::fsync(folder_.get()) != 0) return Error::os(errno, "fsync", name_);
    return {};
}

}  // namespace partition::copies
