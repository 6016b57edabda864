#include "launch/targets.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

namespace launch {
namespace {

Result<UniqueFd> open_below(const os::Dir& root, const std::string& path, int flags) {
    return root.open_file({.path = path, .flags = O_PATH | flags, .in_root = true});
}

Result<UniqueFd> make_part(const os::Dir& storage, const Target& part) {
    const auto slash = part.path.rfind('/');
    const auto parent =
        TRY(open_below(storage, slash == 0 ? "/" : part.path.substr(0, slash), O_DIRECTORY));
    const auto name = part.path.substr(slash + 1);
    const int made = part.sort == Sort::directory
                         ? ::mkdirat(parent.get(), name.c_str(), 0755)
                         : ::mknodat(parent.get(), name.c_str(), S_IFREG | 0644, 0);
    if (made != 0 && errno != EEXIST)
        return Error::os(errno, "make mount point", cat(storage.path(), part.path));
    return open_below(storage, part.path, part.sort == Sort::directory ? O_DIRECTORY : 0);
}

Result<void> make_missing(const os::Dir& storage, const Target& target) {
    for (std::size_t end = 1; end != std::string::npos;) {
        end = target.path.find('/', end + 1);
        const Target part = {target.path.substr(0, end),
                             end == std::string::npos ? target.sort : Sort::directory};
        const auto there = open_below(storage, part.path, 0);
        if (there) continue;
        if (there.error().kind != Kind::missing) return there.error();
        TRY(make_part(storage, part));
    }
    return {};
}

}  // namespace

Result<void> check_target(const std::string& path) {
    if (path.empty() || path.front() != '/' || has_control(path))
        return Error{Kind::invalid,
                     cat("mount point '", printable(path), "' is not an absolute path")};
    for (const auto& part : split(path, '/'))
        if (part == "." || part == "..")
            return Error{Kind::invalid,
                         cat("mount point '", path, "' must not contain '", part, "'")};
    return {};
}

Result<UniqueFd> open_target(const os::Dir& root, const os::Dir& storage, const Target& target) {
    const int flags = target.sort == Sort::directory ? O_DIRECTORY : 0;
    auto there = open_below(root, target.path, flags);
    if (there || there.error().os_number != ENOENT) return there;
    TRY(make_missing(storage, target));
    there = open_below(root, target.path, flags);
    if (there || there.error().os_number != ENOENT) return there;
    return Error{Kind::missing,
                 cat("'", target.path,
                     "' does not exist in the file system that is mounted above it; make it there "
                     "first, and if that is shared, in what it is shared from")};
}

}  // namespace launch
