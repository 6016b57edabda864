// The confinement that a WPAR was started with, kept for its sessions.
#pragma once
#include <string>

#include "base/result.h"
#include "os/confinement.h"

namespace partition {

Result<void> store_confinement(const std::string& name, const os::Confinement& confinement);
Result<os::Confinement> load_confinement(const std::string& name);

}  // namespace partition
