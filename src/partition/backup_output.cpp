#include "partition/backup_output.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.h"

namespace partition {
namespace {

std::string folder_of(const std::string& name) {
    const auto slash = name.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : name.substr(0, slash);
}

Result<UniqueFd> standard_output() {
    if (::isatty(STDOUT_FILENO) == 1)
        return Error{Kind::invalid,
                     "a backup is not for a terminal; send it into a pipe, or name a file with -f"};
    UniqueFd fd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
    if (!fd) return Error::os(errno, "dup", "standard output");
    return fd;
}

}  // namespace

Result<BackupOutput> BackupOutput::open(const std::string& name) {
    if (name == "-") return BackupOutput(TRY(standard_output()), name, false);
    struct stat found = {};
    const bool there = ::stat(name.c_str(), &found) == 0;
    if (there && S_ISDIR(found.st_mode))
        return Error{Kind::invalid, cat("'", printable(name), "' is a directory; name a file in it")};
    if (there && !S_ISREG(found.st_mode)) {
        UniqueFd device(::open(name.c_str(), O_WRONLY | O_CLOEXEC));
        if (!device) return Error::os(errno, "open", name);
        return BackupOutput(std::move(device), name, false);
    }
    const auto folder = folder_of(name);
    UniqueFd fd(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (fd) return BackupOutput(std::move(fd), name, true);
    if (errno == EOPNOTSUPP || errno == EISDIR)
        return Error{Kind::unsupported,
                     cat("the file system of '", printable(folder),
                         "' has no nameless files, and half a backup must not have a name; write "
                         "it elsewhere, or through a pipe: savewpar -f - NAME > ",
                         shell_word(name))};
    return Error::os(errno, "make a file in", folder);
}

// linkat does not replace, rename does.
Result<void> BackupOutput::give_name() {
    const auto self = cat("/proc/self/fd/", fd_.get());
    if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name_.c_str(), AT_SYMLINK_FOLLOW) == 0)
        return {};
    if (errno != EEXIST) return Error::os(errno, "link", name_);
    const auto beside = cat(name_, ".", ::getpid(), ".new");
    if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, beside.c_str(), AT_SYMLINK_FOLLOW) != 0)
        return Error::os(errno, "link", beside);
    if (::rename(beside.c_str(), name_.c_str()) == 0) return {};
    const int why = errno;
    (void)::unlink(beside.c_str());  // the first failure is what matters
    return Error::os(why, "rename", name_);
}

Result<void> BackupOutput::finish() {
    // EINVAL: a pipe
    if (::fsync(fd_.get()) != 0 && errno != EINVAL && errno != EROFS)
        return Error::os(errno, "fsync", name_);
    if (!nameless_) return {};
    TRY(give_name());
    const UniqueFd folder(
        ::open(folder_of(name_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || ::fsync(folder.get()) != 0) return Error::os(errno, "fsync", folder_of(name_));
    return {};
}

}  // namespace partition
