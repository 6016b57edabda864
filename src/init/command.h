// The command of an image, as it wants to be run: by whom, and where.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "os/dir.h"

namespace init {

struct Command {
    std::string user = {};       // "app", "1000", "app:staff", "1000:50"; empty: root
    std::string directory = {};  // empty: /
    std::vector<std::string> words = {};
};

struct Identity {
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups = {};
};
/// By etc/passwd and etc/group below `root`; Kind::missing for a name that is in neither.
Result<Identity> identity_of(const os::Dir& root, const std::string& user);

/// Becomes the command. Comes back with the reason why not.
Error run(const Command& command);

}  // namespace init
