// AIX privileges (PV_...) as Linux capabilities. The set of a WPAR bounds everything in it, its
// root included. In a system WPAR a capability counts in the WPAR's own user namespace only:
// CAP_SYS_ADMIN there mounts the WPAR's file systems and nobody else's, CAP_SYS_TIME and
// CAP_SYS_MODULE do nothing at all.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace security {

struct Privilege {
    std::string_view name = {};         // "PV_NET_PORT"
    std::uint64_t capabilities = 0;     // bit n: capability n
    bool by_default = false;            // in the set of a new system WPAR
    std::string_view description = {};  // for the manual
};
/// Every known privilege, sorted by name.
std::span<const Privilege> privileges();
/// Their names alone, sorted: for messages, completion and menus.
std::span<const std::string_view> names();
/// What a system WPAR has unless its definition or /etc/wpars/secattrs says otherwise.
std::vector<std::string> default_privileges();

/// Kind::invalid names the unknown privilege and the nearest known one.
Result<std::uint64_t> capabilities_of(const std::vector<std::string>& privileges);
/// What an application WPAR has: enough for ordinary servers and scripts run by root, nothing that
/// changes the machine.
std::uint64_t application_capabilities();

/// The table for the manual page: "PV_NET_PORT\tcap_net_bind_service\tyes\t..." a line each.
std::string privilege_table();

}  // namespace security
