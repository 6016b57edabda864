// What the global environment's packages say about files, whatever manages them. Only the private
// part matters: paths under /etc, /var and /root.
#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "os/dir.h"

namespace rootpart {

struct Packages {
    std::unordered_set<std::string> owned = {};  // absolute paths: files, links, directories
    std::unordered_map<std::string, std::string> shipped_md5 =
        {};  // configuration files, as they came
    std::vector<std::string> database =
        {};  // directories that are copied whole, so packages can be managed inside

    bool owns(const std::string& path) const { return owned.contains(path); }
};

/// From the first package database that is there; Kind::unsupported when none is known.
Result<Packages> read_packages(const os::Dir& global);

/// dpkg's (rootpart/dpkg.cpp): var/lib/dpkg and the registry of ucf.
/// The checksums in dpkg's `status`, by absolute path: configuration files as they came.
std::unordered_map<std::string, std::string> shipped_checksums(std::string_view status);
bool has_dpkg(const os::Dir& global);
Result<Packages> read_dpkg(const os::Dir& global);

}  // namespace rootpart
