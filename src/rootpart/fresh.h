// What no WPAR takes over: files that are written new for it.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/dir.h"
#include "rootpart/populate.h"

namespace rootpart {

std::string hosts_text(const Options& options);
/// The global environment's hosts file with the WPAR's own lines added (-r).
std::string hosts_text(std::string_view global_hosts, const Options& options);
/// sshd_config without the host's own addresses: a ListenAddress that is not there would keep sshd
/// from starting.
std::string without_listen_addresses(std::string_view sshd_config);

/// etc/{passwd,group,shadow,gshadow,subuid,subgid,hostname,hosts,fstab,machine-id,...} and, with
/// -r, name resolution; root's shell start-up files.
Result<void> write_fresh(const os::Dir& global, const os::Dir& target, const Options& options);

/// From the global environment, as it is, with the WPAR's own addresses added to hosts (-r).
Result<void> write_name_resolution(const os::Dir& global, const os::Dir& target,
                                   const Options& options);
/// systemd's and D-Bus's, where the root has them; one that programs inside find empty, they make anew.
Result<void> forget_machine_ids(const os::Dir& target);

/// What a root that came whole gets of that, from an image or as a copy: identity, and services that fit. `global` is only
/// asked for name resolution (-r). Accounts and keys stay as they are; a hash of root's is taken away.
Result<void> make_own(const os::Dir& global, const os::Dir& target, const Options& options);

}  // namespace rootpart
