#include "cgroup/cpu_list.h"

#include <algorithm>

namespace cgroup {
namespace {

constexpr std::uint64_t most = 8192;  // the kernel's own largest NR_CPUS

Error wrong(std::string_view text) {
    return {Kind::invalid, cat("'", printable(text), "' is not a list of processors like 0-1,3")};
}

}  // namespace

Result<std::vector<std::uint32_t>> parse_cpu_list(std::string_view text) {
    std::vector<std::uint32_t> cpus;
    for (const auto& part : split(text, ',')) {
        const auto ends = split(part, '-');
        const auto first = to_number(ends.front());
        const auto last = to_number(ends.back());
        if (ends.size() > 2 || !first || !last || *first > *last || *last >= most)
            return wrong(text);
        for (auto cpu = *first; cpu <= *last; ++cpu)
            cpus.push_back(static_cast<std::uint32_t>(cpu));
    }
    std::sort(cpus.begin(), cpus.end());
    cpus.erase(std::unique(cpus.begin(), cpus.end()), cpus.end());
    return cpus;
}

}  // namespace cgroup
