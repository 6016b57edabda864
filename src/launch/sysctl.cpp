#include "launch/sysctl.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "os/dir.h"

namespace launch {
namespace {

constexpr std::array ipc_names = {"kernel.auto_msgmni", "kernel.msgmax", "kernel.msgmnb",
                                  "kernel.msgmni",      "kernel.sem",    "kernel.shmall",
                                  "kernel.shmmax",      "kernel.shmmni", "kernel.shm_rmid_forced"};

}  // namespace

std::optional<Owner> owner_of(const std::string& name) {
    if (name.find("..") != std::string::npos || has_control(name)) return std::nullopt;
    if (std::find(ipc_names.begin(), ipc_names.end(), name) != ipc_names.end()) return Owner::ipc;
    if (name.starts_with("fs.mqueue.")) return Owner::ipc;
    if (name.starts_with("net.") || name.starts_with("net/")) return Owner::network;
    if (name.starts_with("user.")) return Owner::users;
    return std::nullopt;
}

std::string path_of(const std::string& name) {
    auto path = name;
    if (path.find('/') == std::string::npos) std::replace(path.begin(), path.end(), '.', '/');
    return cat("/proc/sys/", path);
}

Result<void> set_sysctls(const std::vector<Sysctl>& wanted, const std::vector<Owner>& owners) {
    for (const auto& [name, value] : wanted) {
        const auto owner = owner_of(name);
        if (!owner || std::find(owners.begin(), owners.end(), *owner) == owners.end()) continue;
        TRY(os::write_existing(path_of(name), value).within("kernel parameter ", name));
    }
    return {};
}

// Newer kernels let only the namespace's own root write its IPC parameters, older ones only global
// root.
Result<void> set_ipc_sysctls(const std::vector<Sysctl>& wanted, std::uint32_t owner) {
    auto as_global = set_sysctls(wanted, {Owner::ipc});
    if (as_global || as_global.error().kind != Kind::denied) return as_global;
    if (::syscall(SYS_setresuid, -1, owner, -1) != 0)
        return Error::os(errno, "setresuid", "root of the WPAR");
    auto done = set_sysctls(wanted, {Owner::ipc});
    if (::syscall(SYS_setresuid, -1, 0, -1) != 0)
        return Error::os(errno, "setresuid", "global root");
    return done;
}

}  // namespace launch
