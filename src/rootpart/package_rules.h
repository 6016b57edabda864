// What dpkg in a WPAR with a shared /usr says to whoever wants to install something there.
#pragma once
#include "base/result.h"
#include "os/dir.h"
#include "rootpart/populate.h"

namespace rootpart {

/// etc/dpkg/dpkg.cfg.d/corral and what it calls, where there is dpkg and /usr is shared.
Result<void> write_package_rules(const os::Dir& target, const Options& options);

}  // namespace rootpart
