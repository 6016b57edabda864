// Which packages a tree holds, and how two trees differ in them.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace generation {

/// Name, with the architecture where there may be more than one ("libc6:amd64"), and version.
using Packages = std::map<std::string, std::string>;
/// Those that are installed, from dpkg's status file (deb-control(5)).
Packages packages_of(std::string_view dpkg_status);

struct PackageChange {
    std::string name = {};
    std::string before = {};  // empty: added
    std::string after = {};   // empty: removed
    bool operator==(const PackageChange&) const = default;
};
std::vector<PackageChange> changes(const Packages& before, const Packages& after);

}  // namespace generation
