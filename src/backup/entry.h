// One name of a tree that is to be saved.
#pragma once
#include <sys/stat.h>

#include <string>

namespace backup {

struct Entry {
    std::string path = {};  // below the root, without a slash at its beginning: "etc/passwd"
    struct stat found = {};
    std::string same_as = {};  // a further name of a file that came before: the path of that one
    std::string target = {};   // of a symbolic link
};

}  // namespace backup
