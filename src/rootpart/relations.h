// Whether packages get on with one another: Depends, Pre-Depends, Breaks and Conflicts (deb-control(5)).
#pragma once
#include <set>
#include <string>

#include "rootpart/status.h"

namespace rootpart {

/// What is wrong with a set of packages: "web needs libssl3 (>= 3.0.9)", "web does not go with mail (<< 2)".
std::set<std::string> complaints(const Status& status);

}  // namespace rootpart
