// A definition as launch wants it.
#pragma once
#include "base/result.h"
#include "launch/launch.h"
#include "spec/definition.h"

namespace partition {

/// Everything but the cgroup.
Result<launch::Plan> start_plan(const spec::Definition& definition);
/// The privileges in force: the definition's, else /etc/wpars/secattrs', else the built-in ones.
Result<std::vector<std::string>> privileges_of(const spec::Security& wanted);

}  // namespace partition
