// Making a controller available to a WPAR's group. For this folder only.
#pragma once
#include <string>

#include "base/result.h"
#include "cgroup/hierarchy.h"

namespace cgroup {

/// The group above all WPARs, where the controller lives.
std::string base_of(const Hierarchy& hierarchy, Controller controller);
/// The WPAR's own.
std::string group_of(const Hierarchy& hierarchy, Controller controller, const std::string& name);

/// v2: handed on from the top down to the WPARs' groups. v1: the WPAR's group is made.
Result<void> ready(const Hierarchy& hierarchy, Controller controller, const std::string& name);
/// Whether anybody made it ready.
bool is_ready(const Hierarchy& hierarchy, Controller controller);

}  // namespace cgroup
