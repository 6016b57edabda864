// A WPAR that runs although its record below /run/wpars was removed: only its cgroup still knows its processes.
#pragma once
#include <string>

#include "base/result.h"

namespace partition {

bool runs_unrecorded(const std::string& name);
/// Kind::busy with the remedy when it does.
Result<void> must_be_recorded(const std::string& name);
std::string unrecorded_reason(const std::string& name);

}  // namespace partition
