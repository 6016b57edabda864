// Small steps in a tree that is being filled.
#pragma once
#include <string>

#include "base/result.h"
#include "os/dir.h"
#include "rootpart/copy.h"

namespace rootpart {

/// Makes what is missing of a path below `target` ("etc/systemd/system"), with owner, mode and
/// times as in `global` where it exists there, else root and 755; opens the last. No link is
/// followed in the target.
Result<os::Dir> ensure_directory(const os::Dir& global, const os::Dir& target,
                                 const std::string& path);

/// "etc/hosts": its directory is made as above.
struct Placement {
    std::string path = {};
    std::string text = {};
    mode_t mode = 0644;
    std::string like =
        {};  // take owner and mode from this path of the global environment, if it is there
};
Result<void> place_file(const os::Dir& global, const os::Dir& target, const Placement& file);
/// A link; one that is there already stays.
Result<void> place_link(const os::Dir& global, const os::Dir& target, const std::string& path,
                        const std::string& leads_to);

std::string directory_of(const std::string& path);  // "etc" of "etc/hosts", "" of "etc"
std::string name_of(const std::string& path);

}  // namespace rootpart
