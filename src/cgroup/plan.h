// From limits to control files, as a pure function.
//
//   AIX              cgroup v2                      v1 controller
//   shares_CPU       cpu.weight                     cpu.shares
//   CPU min, soft    cpu.weight, floor and ceiling  cpu.shares
//   CPU hard         cpu.max                        cpu.cfs_quota_us, cpu.cfs_period_us
//   shares_memory    memory.low                     memory.soft_limit_in_bytes
//   memory min       memory.min                     soft_limit_in_bytes never below it
//   memory soft      memory.high                    memory.soft_limit_in_bytes
//   memory hard      memory.max                     memory.limit_in_bytes
//   totalVirtMem     memory.max + memory.swap.max   memory.memsw.limit_in_bytes
//   totalProcesses, totalThreads  pids.max: the tighter (the kernel counts threads)
//   rset             cpuset.cpus                    cpuset.cpus
//   totalLargePages  hugetlb.SIZE.max               hugetlb.SIZE.limit_in_bytes
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cgroup/limits.h"

namespace cgroup {

enum class Controller : std::uint8_t { cpu, cpuset, memory, pids, hugetlb };
inline constexpr std::array controllers = {Controller::cpu, Controller::cpuset, Controller::memory,
                                           Controller::pids, Controller::hugetlb};
std::string_view name_of(Controller controller);

enum class Version : std::uint8_t { none, v1, v2 };

/// Where each controller lives on a host.
struct Support {
    std::array<Version, controllers.size()> versions = {};
    Version of(Controller controller) const {
        return versions[static_cast<std::size_t>(controller)];
    }
    static Support all(Version version);
};

/// What percentages are percentages of.
struct Machine {
    std::uint32_t cpus = 1;
    std::string cpu_list = "0";  // those online, like "0-3"
    std::uint64_t memory_bytes = 0;
    std::uint64_t large_page_bytes = 2 << 20;
    static Result<Machine> detect();
};

struct Setting {
    Controller controller = Controller::cpu;
    std::string file = {};
    std::string value = {};
    bool limits = true;     // false: the kernel's own value, which takes an earlier limit back
    bool optional = false;  // a kernel without this file is good enough, even though it limits
};

/// In the order they must be written.
struct Plan {
    std::vector<Setting> group = {};
    /// Of the group above all WPARs: weights and guarantees hold only as far as it has them too.
    std::vector<Setting> base = {};
    /// Whether something in `group` really limits.
    bool needs(Controller controller) const;
};

/// Kind::invalid for limits that contradict themselves, this machine or the minima of
/// the neighbours. Where a controller is missing, the plan is that for v2: Hierarchy::require tells
/// what is wrong.
Result<Plan> plan(const Limits& limits, const Neighbours& neighbours, const Machine& machine,
                  const Support& support);

}  // namespace cgroup
