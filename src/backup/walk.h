// All names below a root, parents first, in the order of their bytes. No link is followed, and no mount is entered that was
// not asked for: whoever owns the tree may change it meanwhile.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "backup/entry.h"
#include "base/result.h"
#include "os/dir.h"

namespace backup {

struct Walk {
    std::vector<std::string> enter =
        {};  // mount points whose file systems belong to the tree: "var"
    std::vector<std::string> exclude = {};  // these names are left out, with all below them
    std::function<bool(const std::string& path)> leave_out = {};  // and those it is true for
    std::function<void(const std::string& path)> unfit = {};      // is told what no backup can hold
};
// What readers of backups take; nobody can open a longer path by its name either.
constexpr std::size_t most_levels = 512;
constexpr std::size_t longest_path = 4095;
constexpr off_t largest_file = off_t{16} << 40;
/// What is called for each; its error ends the walk, but Kind::missing: then it is as if the name had never been
/// there. Directories come as empty ones where a mount is not entered.
using Visit = std::function<Result<void>(Entry&&)>;
/// What vanishes meanwhile is left out.
Result<void> walk(const os::Dir& root, const Walk& how, const Visit& visit);

}  // namespace backup
