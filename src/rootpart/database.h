// dpkg's database in a WPAR that shares /usr: it has to tell the truth about what is installed there, so it equals the
// global one but for what was decided inside (alternatives, diversions, statoverrides).
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "os/dir.h"
#include "rootpart/apply.h"
#include "rootpart/manifest.h"

namespace rootpart {

struct DatabasePlan {
    Entries wanted = {};
    std::vector<Step> steps = {};  // they point into `wanted`
};
/// Files are taken for equal when size and time are.
Result<DatabasePlan> plan_database(const os::Dir& wanted, const os::Dir& target);
/// Kind::busy when dpkg is at work inside.
Result<void> dpkg_must_rest(const os::Dir& target);

/// The record of an alternative: the global one, with the choice between automatic and manual as inside when `chosen`.
std::string merged_alternative(std::string_view inside, std::string_view wanted, bool chosen);

}  // namespace rootpart
