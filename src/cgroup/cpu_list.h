// Lists of processors as the kernel writes them: "0-1,3".
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cgroup {

/// Their numbers, ascending, each once. Kind::invalid for anything else and for numbers of 8192 and
/// more.
Result<std::vector<std::uint32_t>> parse_cpu_list(std::string_view text);

}  // namespace cgroup
