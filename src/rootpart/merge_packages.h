// Packages that came, changed or went inside a WPAR while those below it went on: dpkg's three-way rule for configuration
// files, for packages.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rootpart/status.h"

namespace rootpart {

/// Of what the WPAR's packages were level with last: key and version of what was there.
using Versions = std::map<std::string, std::string>;
Versions versions_of(const Status& status);
std::string versions_text(const Versions& versions);
Versions parse_versions(std::string_view text);

struct PackageMerge {
    Status status = {};                  // what is there afterwards
    std::vector<std::string> own = {};   // came or changed inside, and stay as they are there
    std::vector<std::string> gone = {};  // were removed inside, and stay away
    std::vector<std::string> left =
        {};  // only their configuration is left inside, and nobody else has them
    std::vector<std::string> clashes =
        {};  // cannot be: changed on both sides, or do not go together

    bool is_plain() const { return own.empty() && gone.empty() && left.empty(); }
};
PackageMerge merge_packages(const Versions& before, const Status& inside, const Status& wanted);

}  // namespace rootpart
