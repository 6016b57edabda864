// Files of a WPAR's own /etc, which its root may have turned into links, FIFOs or anything else.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/dir.h"

namespace partition {

/// Whole or not at all; owner and mode of one that is there stay.
Result<void> replace_in_etc(const os::Dir& root, const std::string& name, std::string_view text);
/// What most inits take the host name from, in place of the one they were started with.
Result<void> write_hostname(const os::Dir& root, const std::string& hostname);

}  // namespace partition
