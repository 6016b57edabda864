// Pressure stall information (kernel.org, accounting/psi): how much time a WPAR's processes lost waiting for a resource.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cgroup/hierarchy.h"

namespace cgroup {

struct Pressure {
    struct Stall {
        double avg10 = 0;  // percent of the last ten seconds
        double avg60 = 0;
        double avg300 = 0;
        std::uint64_t total_microseconds = 0;  // since the group was made
        bool operator==(const Stall&) const = default;
    };
    std::optional<Stall> some = {};  // at least one task waited
    std::optional<Stall> full = {};  // all did
};

/// The text of cpu.pressure and its like. A line that makes no sense is left out.
Pressure parse_pressure(std::string_view text);

/// `resource` is cpu, memory or io. Kind::unsupported, with the remedy, where the kernel does not measure it.
Result<Pressure> pressure_of(const Hierarchy& hierarchy, const std::string& name,
                             std::string_view resource);

}  // namespace cgroup
