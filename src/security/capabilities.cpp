#include "security/capabilities.h"

#include <array>

#include "base/text.h"

namespace security {
namespace {

constexpr std::array<std::string_view, 41> capability_names = {"cap_chown",
                                                               "cap_dac_override",
                                                               "cap_dac_read_search",
                                                               "cap_fowner",
                                                               "cap_fsetid",
                                                               "cap_kill",
                                                               "cap_setgid",
                                                               "cap_setuid",
                                                               "cap_setpcap",
                                                               "cap_linux_immutable",
                                                               "cap_net_bind_service",
                                                               "cap_net_broadcast",
                                                               "cap_net_admin",
                                                               "cap_net_raw",
                                                               "cap_ipc_lock",
                                                               "cap_ipc_owner",
                                                               "cap_sys_module",
                                                               "cap_sys_rawio",
                                                               "cap_sys_chroot",
                                                               "cap_sys_ptrace",
                                                               "cap_sys_pacct",
                                                               "cap_sys_admin",
                                                               "cap_sys_boot",
                                                               "cap_sys_nice",
                                                               "cap_sys_resource",
                                                               "cap_sys_time",
                                                               "cap_sys_tty_config",
                                                               "cap_mknod",
                                                               "cap_lease",
                                                               "cap_audit_write",
                                                               "cap_audit_control",
                                                               "cap_setfcap",
                                                               "cap_mac_override",
                                                               "cap_mac_admin",
                                                               "cap_syslog",
                                                               "cap_wake_alarm",
                                                               "cap_block_suspend",
                                                               "cap_audit_read",
                                                               "cap_perfmon",
                                                               "cap_bpf",
                                                               "cap_checkpoint_restore"};
static_assert(CAP_CHECKPOINT_RESTORE == capability_names.size() - 1);

}  // namespace

std::string_view capability_name(unsigned number) {
    return number < capability_names.size() ? capability_names[number] : std::string_view();
}

std::string capability_list(std::uint64_t set) {
    std::string list;
    for (unsigned number = 0; number < capability_names.size(); ++number)
        if ((set >> number & 1) != 0)
            list += cat(list.empty() ? "" : " ", capability_names[number]);
    return list.empty() ? "-" : list;
}

}  // namespace security
