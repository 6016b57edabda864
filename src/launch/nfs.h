// What mount.nfs(8) would add before it asks the kernel: the kernel itself resolves no names.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"
#include "os/superblock.h"

namespace launch {

/// How long a server may take to answer: a dead one would hold the kernel, and us, for minutes.
inline constexpr auto server_patience = std::chrono::seconds(30);
/// Mounts it on nothing, or gives up.
Result<UniqueFd> mount_nfs(const os::SuperblockCall& call,
                           std::chrono::milliseconds patience = server_patience);

bool is_nfs(std::string_view type);
/// `options` with addr= (and the newest version of the protocol, unless one is named). The server comes from
/// "HOST:/PATH" or "[IPV6]:/PATH"; a name is looked up by the global environment's getent.
Result<std::string> nfs_options(const std::string& source, const std::string& options);

}  // namespace launch
