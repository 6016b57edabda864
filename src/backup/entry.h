// One name of a tree that is to be saved.
#pragma once
#include <sys/stat.h>

#include <memory>
#include <optional>
#include <string>

#include "base/fd.h"

namespace backup {

/// By which a later backup knows that a file has not changed.
struct Identity {
    ino_t inode = 0;
    timespec ctime = {};
};
struct Entry {
    std::string path = {};  // below the root, without a slash at its beginning: "etc/passwd"
    struct stat found = {};
    std::string same_as = {};  // a further name of a file that came before: the path of that one
    std::string target = {};   // of a symbolic link
    std::optional<Identity> identity = {};  // when it is not that of what was found
    std::shared_ptr<const UniqueFd> held =
        {};  // other names refer to it: it cannot vanish any more
};

}  // namespace backup
