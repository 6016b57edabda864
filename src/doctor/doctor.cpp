#include "doctor/doctor.h"

#include <algorithm>
#include <array>

#include "doctor/cgroup.h"
#include "doctor/clock.h"
#include "doctor/criu.h"
#include "doctor/definitions.h"
#include "doctor/filesystems.h"
#include "doctor/idmap.h"
#include "doctor/ids.h"
#include "doctor/interfaces.h"
#include "doctor/journals.h"
#include "doctor/keepers.h"
#include "doctor/kernel.h"
#include "doctor/leftovers.h"
#include "doctor/loop.h"
#include "doctor/namespaces.h"
#include "doctor/network.h"
#include "doctor/permissions.h"
#include "doctor/programs.h"
#include "doctor/software.h"
#include "doctor/space.h"
#include "doctor/systemd.h"

namespace doctor {
namespace {

constexpr std::array table = {
    Check{checks::kernel, "system calls and the seccomp filter", look_at_kernel},
    Check{checks::namespaces, "namespaces can be made, as many as are needed", look_at_namespaces},
    Check{checks::cgroup, "the cgroup tree and its controllers", look_at_cgroup},
    Check{"systemd", "process 1 owns the cgroups and starts WPARs at boot", look_at_systemd},
    Check{checks::idmap, "file systems can shift ids", look_at_idmap},
    Check{"filesystems", "file system types that the kernel knows", look_at_filesystems},
    Check{checks::loop, "loop devices, for file systems with a size", look_at_loop},
    Check{checks::interfaces, "network interfaces, and the kinds that can be made",
          look_at_interfaces},
    Check{checks::forwarding, "packets are passed on to WPARs", look_at_forwarding},
    Check{checks::firewall, "no firewall drops their packets, and the guard stands",
          look_at_firewall},
    Check{checks::programs, "programs that the commands run", look_at_programs},
    Check{"criu", "checkpoint and relocation", look_at_criu},
    Check{checks::permissions, "owners and modes of what is Corral's", look_at_permissions},
    Check{checks::space, "room on disk", look_at_space},
    Check{"clock", "the time of day", look_at_clock},
    Check{checks::ids, "WPAR ids and ranges of user ids", look_at_ids},
    Check{"definitions", "definitions can be read and do not clash", look_at_definitions},
    Check{"software", "WPARs are level with the software they share", look_at_software},
    Check{"keepers", "every active WPAR has its keeper", look_at_keepers},
    Check{"operations", "nobody holds a WPAR for long", look_at_operations},
    Check{"journals", "no operation was killed half way", look_at_journals},
    Check{"leftovers", "nothing is there that belongs to nobody", look_at_leftovers},
};

const Check* find(std::string_view name) {
    const auto* found = std::find_if(table.begin(), table.end(),
                                     [&](const Check& check) { return check.name == name; });
    return found == table.end() ? nullptr : found;
}

Error unknown_check(const std::string& name) {
    std::vector<std::string> known;
    known.reserve(table.size());
    for (const auto& check : table) known.emplace_back(check.name);
    return {Kind::invalid,
            cat("there is no check '", printable(name), "'; there are: ", join(known, ", "))};
}

}  // namespace

std::span<const Check> all_checks() { return table; }

Result<std::vector<Examined>> examine(const std::vector<std::string>& names) {
    for (const auto& name : names)
        if (find(name) == nullptr) return unknown_check(name);
    const auto survey = look_around();
    std::vector<Examined> examined;
    for (const auto& check : table) {
        const bool wanted =
            names.empty() || std::find(names.begin(), names.end(), check.name) != names.end();
        if (wanted) examined.push_back({check.name, check.look(survey)});
    }
    return examined;
}

int exit_status(std::span<const Examined> examined) {
    int status = 0;
    for (const auto& one : examined) {
        const auto verdict = one.report.verdict();
        status = std::max(status, verdict == Severity::error     ? 2
                                  : verdict == Severity::warning ? 1
                                                                 : 0);
    }
    return status;
}

}  // namespace doctor
