#include <sys/sysinfo.h>

#include <cerrno>

#include "cgroup/cpu_list.h"
#include "cgroup/plan.h"
#include "os/dir.h"

namespace cgroup {
namespace {

// "Hugepagesize:       2048 kB" of /proc/meminfo; absent in a kernel without large pages.
std::uint64_t page_size(const std::string& meminfo, std::uint64_t otherwise) {
    constexpr std::string_view label = "Hugepagesize:";
    const auto at = meminfo.find(label);
    if (at == std::string::npos) return otherwise;
    const auto rest = words(std::string_view(meminfo).substr(at + label.size(), 40));
    const auto kilobytes = rest.empty() ? std::nullopt : to_number(rest.front());
    return kilobytes ? *kilobytes * 1024 : otherwise;
}

}  // namespace

Result<Machine> Machine::detect() {
    Machine machine;
    const auto online = TRY(os::read_file("/sys/devices/system/cpu/online"));
    machine.cpu_list = trim(online);
    machine.cpus = static_cast<std::uint32_t>(TRY(parse_cpu_list(machine.cpu_list)).size());
    struct sysinfo info = {};
    if (::sysinfo(&info) != 0) return Error::os(errno, "sysinfo", "");
    machine.memory_bytes = static_cast<std::uint64_t>(info.totalram) * info.mem_unit;
    const auto meminfo = TRY(os::read_file("/proc/meminfo"));
    machine.large_page_bytes = page_size(meminfo, machine.large_page_bytes);
    return machine;
}

}  // namespace cgroup
