// What mount.nfs(8) would add before it asks the kernel: the kernel itself resolves no names.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace launch {

bool is_nfs(std::string_view type);
/// `options` with addr= (and the newest version of the protocol, unless one is named). The server comes from
/// "HOST:/PATH" or "[IPV6]:/PATH"; a name is looked up by the global environment's getent.
Result<std::string> nfs_options(const std::string& source, const std::string& options);

}  // namespace launch
