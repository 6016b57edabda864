// mkwpar -P, chwpar -P: root's password inside a WPAR.
#pragma once
#include <string>

#include "base/result.h"
#include "os/dir.h"

namespace partition {

/// Hashes it (crypt(5), yescrypt) into the WPAR's /etc/shadow, replaced as a whole.
Result<void> set_root_password(const os::Dir& root, const std::string& password);

}  // namespace partition
