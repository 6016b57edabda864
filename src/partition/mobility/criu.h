// What its work with CRIU tells the administrator: its own log, and why it failed.
#pragma once
#include <string>

#include "base/error.h"
#include "partition/observer.h"

namespace partition::mobility {

/// As criu -v has it: all, when somebody wants to read it; else what fails.
inline unsigned criu_log_level(const std::string& wanted) { return wanted.empty() ? 2 : 4; }
/// Adds it to that file; nowhere when that is empty. A log that cannot be written stops nobody's work.
void add_criu_log(const std::string& from, const std::string& to, const Observer& observer);

/// A failure of CRIU's on a machine where it could not have succeeded: that is the error then.
Error explained(const Error& error);

}  // namespace partition::mobility
