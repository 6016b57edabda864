// What the init of a WPAR needs to be told: units that make no sense in one are masked, and sshd's
// host keys are made by the WPAR itself when it starts the first time.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/dir.h"
#include "rootpart/populate.h"

namespace rootpart {

/// sysvinit's table without terminals, which a WPAR has none of, and with the making of host keys
/// if it is wanted.
std::string inittab_text(std::string_view global_inittab, bool makes_keys);

/// sshd's, where there is one. What is there for it already stays as it is.
Result<void> make_host_keys_at_start(const os::Dir& global, const os::Dir& target);

Result<void> write_services(const os::Dir& global, const os::Dir& target);

}  // namespace rootpart
