#include "rootpart/sandbox.h"

#include <string>
#include <string_view>

#include "rootpart/place.h"

namespace rootpart {
namespace {

// What they would guard of the machine is read-only or covered in a WPAR anyway.
constexpr std::string_view services =
    "# systemd 247 mounts a /proc for services with these settings, which a workload partition\n"
    "# does not allow; what they protect of the kernel is read-only in one anyway. Later versions "
    "of\n"
    "# systemd need no such file.\n"
    "[Service]\n"
    "ProtectProc=default\n"
    "ProcSubset=all\n"
    "ProtectKernelTunables=no\n"
    "ProtectControlGroups=no\n";

constexpr std::string_view audit =
    "# The kernel's audit messages are the global environment's.\n"
    "[Unit]\n"
    "ConditionVirtualization=!container\n";

bool mounts_anew(const os::Dir& global) {
    for (const std::string place : {"usr/lib/systemd/", "lib/systemd/"})
        if (global.has(place + "libsystemd-shared-247.so")) return true;
    return false;
}

}  // namespace

Result<void> write_sandbox_rules(const os::Dir& global, const os::Dir& target) {
    if (!mounts_anew(global)) return {};
    TRY(place_file(target, target,
                   {"etc/systemd/system/service.d/corral.conf", std::string(services)}));
    return place_file(
        target, target,
        {"etc/systemd/system/systemd-journald-audit.socket.d/corral.conf", std::string(audit)});
}

}  // namespace rootpart
