#include "security/privileges.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "security/capabilities.h"

namespace security {
namespace {

constexpr auto everything = bits(CAP_LAST_CAP + 1) - 1;

// Sorted by name. `true`: in the default set, which is the one AIX 7.1 gives to a new system WPAR.
constexpr std::array table = {
    Privilege{"PV_AU_", bits(CAP_AUDIT_WRITE, CAP_AUDIT_CONTROL, CAP_AUDIT_READ), true,
              "all of PV_AU_*"},
    Privilege{"PV_AU_ADD", bits(CAP_AUDIT_WRITE), true, "add an audit record"},
    Privilege{"PV_AU_ADMIN", bits(CAP_AUDIT_CONTROL), true,
              "configure auditing; the kernel keeps it to the global environment"},
    Privilege{"PV_AU_PROC", bits(CAP_AUDIT_CONTROL), true,
              "read or set the audit state of a process"},
    Privilege{"PV_AU_READ", bits(CAP_AUDIT_READ), true, "read audit records"},
    Privilege{"PV_AU_WRITE", bits(CAP_AUDIT_WRITE), true, "write audit records"},
    Privilege{"PV_AZ_ADMIN", 0, true, "change authorization databases (files on Linux)"},
    Privilege{"PV_AZ_CHECK", 0, true, "check authorizations"},
    Privilege{"PV_AZ_READ", 0, true, "read authorization databases"},
    Privilege{"PV_AZ_ROOT", 0, true, "pass authorization checks as root"},
    Privilege{
        "PV_DAC_",
        bits(CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER, CAP_FSETID, CAP_SETUID, CAP_SETGID),
        true, "all of PV_DAC_*"},
    Privilege{"PV_DAC_GID", bits(CAP_SETGID), true, "change group ids"},
    Privilege{"PV_DAC_O", bits(CAP_FOWNER, CAP_FSETID), true, "act as owner of any file"},
    Privilege{"PV_DAC_R", bits(CAP_DAC_READ_SEARCH), true, "read any file, search any directory"},
    Privilege{"PV_DAC_RID", bits(CAP_SETUID, CAP_SETGID), true,
              "change the real user and group id"},
    Privilege{"PV_DAC_UID", bits(CAP_SETUID), true, "change user ids"},
    Privilege{"PV_DAC_W", bits(CAP_DAC_OVERRIDE), true, "write any file"},
    Privilege{"PV_DAC_X", bits(CAP_DAC_OVERRIDE), true, "execute or search any file"},
    Privilege{"PV_DEV_CONFIG", bits(CAP_SYS_TTY_CONFIG), true, "configure devices: terminals"},
    Privilege{"PV_DEV_LOAD", bits(CAP_SYS_MODULE, CAP_SYS_RAWIO), false,
              "load drivers; without effect inside a system WPAR"},
    Privilege{"PV_DEV_QUERY", 0, true, "query devices"},
    Privilege{"PV_FS_CHOWN", bits(CAP_CHOWN), true, "change the owner of files"},
    Privilege{"PV_FS_CHROOT", bits(CAP_SYS_CHROOT), true, "change the root directory"},
    Privilege{"PV_FS_CNTL", bits(CAP_LEASE, CAP_LINUX_IMMUTABLE), true,
              "file control: leases, immutable files"},
    Privilege{"PV_FS_LINKDIR", 0, true, "make hard links to directories; Linux has none"},
    Privilege{"PV_FS_MKNOD", bits(CAP_MKNOD), true,
              "make special files; of devices only outside a user namespace"},
    Privilege{"PV_FS_MOUNT", bits(CAP_SYS_ADMIN), true,
              "mount and unmount file systems of the WPAR; systemd needs it"},
    Privilege{"PV_FS_PDMODE", 0, true, "partitioned directories; Linux has none"},
    Privilege{"PV_FS_QUOTA", 0, true,
              "manage disk quotas; the kernel keeps them to the global environment"},
    Privilege{"PV_KER_ACCT", bits(CAP_SYS_PACCT), true, "process accounting; denied by the filter"},
    Privilege{"PV_KER_CONF", bits(CAP_SYS_ADMIN), true,
              "configure kernel parameters of the WPAR: host name, its own sysctls"},
    Privilege{"PV_KER_DR", 0, true, "dynamic reconfiguration"},
    Privilege{"PV_KER_EWLM", 0, true, "enterprise workload manager"},
    Privilege{"PV_KER_EXTCONF", 0, true,
              "configure kernel extensions that were exported to the WPAR"},
    Privilege{"PV_KER_IPC", bits(CAP_IPC_OWNER), true, "all of PV_KER_IPC_*"},
    Privilege{"PV_KER_IPC_O", bits(CAP_IPC_OWNER), true, "act as owner of IPC objects"},
    Privilege{"PV_KER_IPC_R", bits(CAP_IPC_OWNER), true, "read any IPC object"},
    Privilege{"PV_KER_IPC_W", bits(CAP_IPC_OWNER), true, "write any IPC object"},
    Privilege{"PV_KER_LVM", 0, true, "logical volumes; belong to the global environment"},
    Privilege{"PV_KER_NFS", 0, true, "NFS commands"},
    Privilege{"PV_KER_RAC", bits(CAP_IPC_LOCK), true, "pin memory and use large pages"},
    Privilege{"PV_KER_RAS", bits(CAP_SYSLOG), false, "configure error logging and traces"},
    Privilege{"PV_KER_RAS_ERR", 0, true, "add to the error log"},
    Privilege{"PV_KER_REBOOT", bits(CAP_SYS_BOOT), true, "reboot and halt the WPAR"},
    Privilege{"PV_KER_SECCONFIG", 0, true, "kernel security flags"},
    Privilege{"PV_KER_WLM", bits(CAP_SYS_ADMIN), false,
              "workload manager: cgroups below the WPAR's own"},
    Privilege{"PV_KER_WPAR", 0, false, "administer WPARs; not inside one"},
    Privilege{"PV_LAB_CL", 0, true, "security labels; Linux has none of this kind"},
    Privilege{"PV_LAB_CLTL", 0, true, "security labels; Linux has none of this kind"},
    Privilege{"PV_LAB_LEF", 0, true, "security labels; Linux has none of this kind"},
    Privilege{"PV_LAB_SLDG", 0, true, "security labels; Linux has none of this kind"},
    Privilege{"PV_LAB_SLDG_STR", 0, true, "security labels; Linux has none of this kind"},
    Privilege{"PV_LAB_SLUG", 0, true, "security labels; Linux has none of this kind"},
    Privilege{"PV_LAB_SLUG_STR", 0, true, "security labels; Linux has none of this kind"},
    Privilege{"PV_LAB_SL_FILE", 0, true, "security labels; Linux has none of this kind"},
    Privilege{"PV_LAB_SL_PROC", 0, true, "security labels; Linux has none of this kind"},
    Privilege{"PV_LAB_SL_SELF", 0, true, "security labels; Linux has none of this kind"},
    Privilege{"PV_LAB_TL", 0, true, "security labels; Linux has none of this kind"},
    Privilege{"PV_MAC_", 0, true,
              "mandatory access control labels; left to the global environment"},
    Privilege{"PV_MAC_CL", 0, true,
              "mandatory access control labels; left to the global environment"},
    Privilege{"PV_MAC_OVRRD", 0, true,
              "mandatory access control labels; left to the global environment"},
    Privilege{"PV_MAC_R", 0, true,
              "mandatory access control labels; left to the global environment"},
    Privilege{"PV_MAC_R_CL", 0, true,
              "mandatory access control labels; left to the global environment"},
    Privilege{"PV_MAC_R_PROC", 0, true,
              "mandatory access control labels; left to the global environment"},
    Privilege{"PV_MAC_R_STR", 0, true,
              "mandatory access control labels; left to the global environment"},
    Privilege{"PV_MAC_W", 0, true,
              "mandatory access control labels; left to the global environment"},
    Privilege{"PV_MAC_W_CL", 0, true,
              "mandatory access control labels; left to the global environment"},
    Privilege{"PV_MAC_W_DN", 0, true,
              "mandatory access control labels; left to the global environment"},
    Privilege{"PV_MAC_W_PROC", 0, true,
              "mandatory access control labels; left to the global environment"},
    Privilege{"PV_MAC_W_UP", 0, true,
              "mandatory access control labels; left to the global environment"},
    Privilege{"PV_MIC", 0, true, "integrity labels"},
    Privilege{"PV_MIC_CL", 0, true, "integrity clearances"},
    Privilege{"PV_NET_CNTL", bits(CAP_NET_ADMIN, CAP_NET_BROADCAST), false,
              "change network tables: routes, firewall rules"},
    Privilege{"PV_NET_CONFIG", bits(CAP_NET_ADMIN), false, "configure interfaces and addresses"},
    Privilege{"PV_NET_PORT", bits(CAP_NET_BIND_SERVICE), true, "bind ports below 1024"},
    Privilege{"PV_NET_RAWSOCK", bits(CAP_NET_RAW), false,
              "raw and packet sockets; sockets of 32-bit x86 programs"},
    Privilege{"PV_PROBEVUE_MANAGE", bits(CAP_BPF, CAP_PERFMON), false,
              "administer tracing; denied by the filter"},
    Privilege{"PV_PROBEVUE_TRC_USER", bits(CAP_SYS_PTRACE), true, "trace processes of other users"},
    Privilege{"PV_PROBEVUE_TRC_USER_SELF", 0, true, "trace own processes"},
    Privilege{"PV_PROC_CKPT", bits(CAP_CHECKPOINT_RESTORE), true,
              "checkpoint and restart processes"},
    Privilege{"PV_PROC_CORE", 0, true, "dump core"},
    Privilege{"PV_PROC_CRED", bits(CAP_SETUID, CAP_SETGID), true,
              "change credentials of a process"},
    Privilege{"PV_PROC_ENV", bits(CAP_SYS_PTRACE), true,
              "see and change another process's environment"},
    Privilege{"PV_PROC_PDMODE", 0, true, "partitioned directory mode of a process"},
    Privilege{"PV_PROC_PRIO", bits(CAP_SYS_NICE), true, "raise priorities"},
    Privilege{"PV_PROC_PRIV", bits(CAP_SETPCAP, CAP_SETFCAP), true,
              "change privilege sets of processes and files"},
    Privilege{"PV_PROC_RAC", bits(CAP_SYS_RESOURCE), true, "exceed per-user limits"},
    Privilege{"PV_PROC_RTCLK", bits(CAP_SYS_TIME), true,
              "set the clock; it is the machine's, so without effect inside a system WPAR"},
    Privilege{"PV_PROC_SIG", bits(CAP_KILL), true, "signal any process of the WPAR"},
    Privilege{"PV_PROC_TIMER", bits(CAP_WAKE_ALARM), true, "fine-grained and wake-up timers"},
    Privilege{"PV_PROC_VARS", 0, true, "read and set process variables"},
    Privilege{"PV_ROOT", everything, false, "every privilege"},
    Privilege{"PV_SU_UID", bits(CAP_SETUID), true, "change user ids as su does"},
    Privilege{"PV_TCB", bits(CAP_SETFCAP), true, "change trusted files: file capabilities"},
    Privilege{"PV_TP", 0, true, "trusted path"},
    Privilege{"PV_TP_SET", 0, true, "set the trusted path"},
};
static_assert(std::is_sorted(table.begin(), table.end(),
                             [](const Privilege& left, const Privilege& right) {
                                 return left.name < right.name;
                             }));

constexpr auto all_names = [] {
    std::array<std::string_view, table.size()> all = {};
    std::transform(table.begin(), table.end(), all.begin(),
                   [](const Privilege& one) { return one.name; });
    return all;
}();

const Privilege* find(std::string_view name) {
    const auto* found = std::lower_bound(
        table.begin(), table.end(), name,
        [](const Privilege& one, std::string_view other) { return one.name < other; });
    return found != table.end() && found->name == name ? found : nullptr;
}

// The known name that shares the longest beginning.
std::string_view nearest(std::string_view name) {
    const auto shared = [&](std::string_view known) {
        return std::mismatch(known.begin(), known.end(), name.begin(), name.end()).first -
               known.begin();
    };
    return *std::max_element(all_names.begin(), all_names.end(),
                             [&](std::string_view left, std::string_view right) {
                                 return shared(left) < shared(right);
                             });
}

}  // namespace

std::span<const Privilege> privileges() { return table; }
std::span<const std::string_view> names() { return all_names; }

std::vector<std::string> default_privileges() {
    std::vector<std::string> defaults;
    for (const auto& one : table)
        if (one.by_default) defaults.emplace_back(one.name);
    return defaults;
}

Result<std::uint64_t> capabilities_of(const std::vector<std::string>& wanted) {
    std::uint64_t set = 0;
    for (const auto& name : wanted) {
        const auto* known = find(name);
        if (known == nullptr)
            return Error{Kind::invalid,
                         cat("'", printable(name), "' is not a privilege; did you mean ",
                             nearest(name), "?")};
        set |= known->capabilities;
    }
    return set;
}

std::uint64_t application_capabilities() {
    return bits(CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID, CAP_KILL, CAP_SETGID,
                CAP_SETUID, CAP_SETPCAP, CAP_NET_BIND_SERVICE, CAP_SYS_CHROOT, CAP_AUDIT_WRITE,
                CAP_SETFCAP);
}

std::string privilege_table() {
    std::string text;
    for (const auto& one : table)
        text += cat(one.name, "\t", capability_list(one.capabilities), "\t", one.by_default, "\t",
                    one.description, "\n");
    return text;
}

}  // namespace security
