// Which parts of the global environment a full copy of it leaves out: what would make it the same machine, and, unless
// asked for, what is nobody else's business.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/dir.h"

namespace rootpart {

struct CopyRules {
    bool keep_private = false;  // preserve_private: secrets
    bool keep_wpars = false;    // preserve_wpars: other WPARs, as the data they are here
    std::vector<std::string> left_out =
        {};  // absolute paths, with all below them, whatever else is kept
    std::vector<std::string> wpars = {};  // what keep_wpars is about, the same
};

/// Of an absolute path. Thread-safe.
bool is_left_out(const CopyRules& rules, const std::string& path);

/// Password hashes that were left out: etc/shadow and etc/gshadow with all accounts locked.
Result<void> write_locked_accounts(const os::Dir& global, const os::Dir& target);

}  // namespace rootpart
