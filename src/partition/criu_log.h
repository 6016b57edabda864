// CRIU's own log of what it did for us.
#pragma once
#include <string>

#include "partition/observer.h"

namespace partition {

/// As criu -v has it: all, when somebody wants to read it; else what fails.
inline unsigned criu_log_level(const std::string& wanted) { return wanted.empty() ? 2 : 4; }
/// Adds it to that file; nowhere when that is empty. A log that cannot be written stops nobody's work.
void add_criu_log(const std::string& from, const std::string& to, const Observer& observer);

}  // namespace partition
