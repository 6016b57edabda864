// The order of Debian's version numbers (deb-version(7)).
#pragma once
#include <string_view>

namespace rootpart {

/// Below, equal to or above zero, as the first is older, the same or newer.
int compare_versions(std::string_view one, std::string_view other);

}  // namespace rootpart
