#include "cgroup/controllers.h"
#include "cgroup/events.h"
#include "cgroup/group.h"
#include "cgroup/tree.h"

namespace cgroup {
namespace {

using Number = std::optional<std::uint64_t>;

// The files of one controller for one WPAR. A kernel without a file counts nothing there: memory.peak is of 5.19,
// pids.peak of 6.1, swap may be switched off.
class Files {
  public:
    Files(const Hierarchy& hierarchy, Controller controller, const std::string& name)
        : group_(group_of(hierarchy, controller, name)),
          first_(hierarchy.version(controller) == Version::v1) {}
    bool first_version() const { return first_; }
    Number number(std::string_view file) const {
        const auto text = os::read_file(cat(group_, "/", file));
        return text ? to_number(trim(*text)) : std::nullopt;
    }
    Number number(std::string_view v2, std::string_view v1) const {
        return number(first_ ? v1 : v2);
    }
    Number value(std::string_view file, std::string_view key) const {
        const auto text = os::read_file(cat(group_, "/", file));
        return text ? value_of(*text, key) : std::nullopt;
    }

  private:
    std::string group_;
    bool first_;
};

Number swap_of(const Files& memory) {
    if (!memory.first_version()) return memory.number("memory.swap.current");
    const auto both = memory.number("memory.memsw.usage_in_bytes");
    const auto alone = memory.number("memory.usage_in_bytes");
    if (!both || !alone) return std::nullopt;
    return *both > *alone ? *both - *alone : 0;
}

Number throttled_by(const Files& cpu) {
    if (!cpu.first_version()) return cpu.value("cpu.stat", "throttled_usec");
    const auto nanoseconds = cpu.value("cpu.stat", "throttled_time");
    return nanoseconds ? Number(*nanoseconds / 1000) : std::nullopt;
}

}  // namespace

Result<Usage> Group::usage() const {
    const Files memory(*hierarchy_, Controller::memory, name_);
    const Files pids(*hierarchy_, Controller::pids, name_);
    Usage usage;
    usage.memory_bytes = memory.number("memory.current", "memory.usage_in_bytes");
    usage.memory_peak_bytes = memory.number("memory.peak", "memory.max_usage_in_bytes");
    usage.swap_bytes = swap_of(memory);
    usage.threads = pids.number("pids.current");
    if (!usage.threads) usage.threads = TRY(count_threads(limits_));
    usage.threads_peak = pids.number("pids.peak");
    usage.refused_forks = pids.value("pids.events", "max");
    // v2 accounts processor time for every group, with or without a controller
    if (const auto stat = limits_.read("cpu.stat"))
        usage.cpu_microseconds = value_of(*stat, "usage_usec");
    usage.throttled_microseconds = throttled_by(Files(*hierarchy_, Controller::cpu, name_));
    return usage;
}

}  // namespace cgroup
