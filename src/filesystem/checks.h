// What must be true of a place on disk before a WPAR is put there. All of it is asked before
// anything is made.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace filesystem {

/// Whether the file system that holds `path` (or its nearest existing parent) can carry an idmapped
/// mount: tried for real. Kind::unsupported with mount point, type and remedy.
Result<void> check_idmap(const std::string& path);

/// The rules for a base directory: absolute and plain path, no link in it, absent or an empty
/// directory of root's with mode 755, not a mount point, neither inside one of `others` (the other
/// WPARs' base directories) nor around it; and some directory above it lets nobody but root
/// through. A directory above that is missing will be made.
Result<void> check_base(const std::string& path, const std::vector<std::string>& others = {});
/// The same, but for its content (mkwpar -p).
Result<void> check_kept_base(const std::string& path, const std::vector<std::string>& others = {});
/// The last of them alone: no ordinary user gets through to what lies there, and nobody else can turn the way elsewhere.
Result<void> check_above(const std::string& path);
/// Makes the base directory, mode 755, and its missing parents, mode 700. There already is fine.
Result<void> make_base(const std::string& path);

struct Space {
    std::uint64_t bytes = 0;
    std::uint64_t files = 0;
};
/// What root can still write at `path` or its nearest existing parent.
Result<Space> free_space(const std::string& path);
/// Kind::full with both numbers when there is less.
Result<void> check_space(const std::string& path, const Space& needed);
/// An image is sparse, so it may be larger than what is free now, but not than the file system that holds it.
Result<void> check_capacity(const std::string& path, std::uint64_t size);

}  // namespace filesystem
