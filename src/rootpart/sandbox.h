// systemd 247 (Debian 11) gives services that ask for a sandbox a /proc that is mounted anew. The kernel refuses that where
// files of the present one are covered for good, as in a WPAR, and the services fail: systemd-logind is the first. Later
// versions then take the /proc that there is. These rules make 247 do the same.
#pragma once
#include "base/result.h"
#include "os/dir.h"

namespace rootpart {

/// Drop-ins below etc/systemd/system of `target`, if the systemd in `global` is that one.
Result<void> write_sandbox_rules(const os::Dir& global, const os::Dir& target);

}  // namespace rootpart
