// The parts of plan(), one resource each; for this folder only.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cgroup/division.h"
#include "cgroup/plan.h"

namespace cgroup {

inline constexpr std::uint32_t whole = 10000;  // a PercentRange's 100 %

struct View {  // of one resource: what all active WPARs ask, this one first
    std::vector<Claim> claims = {};
    bool anybody = false;  // asks for something
    const Claim& own() const { return claims.front(); }
};

View view(const Limits& limits, const Neighbours& neighbours,
          std::optional<std::uint32_t> Limits::*shares, std::optional<PercentRange> Limits::*range);

/// One value, or the kernel's own where there is none.
Setting limit_or(Controller controller, std::string file, const std::optional<std::uint64_t>& value,
                 std::string_view kernels_own);
/// The same, where a kernel without the file is good enough.
Setting optional(Setting setting);

void plan_cpu(Plan& made, const View& seen, const Machine& machine, Version version);
void plan_memory(Plan& made, const View& seen, std::optional<std::uint64_t> total,
                 const Machine& machine, Version version);

}  // namespace cgroup
