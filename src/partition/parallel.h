// One operation on many WPARs at once, each in a process of its own: one that hangs or dies takes no other with it.
#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace partition {

struct Parallel {
    using Clock = std::chrono::steady_clock;
    std::vector<std::string> names = {};
    std::function<Result<void>(const std::string& name)> work = {};
    std::function<void(const std::string& name, const Result<void>& done)> ended = {};
    std::size_t at_once = 1;
    std::optional<Clock::time_point> until = {};  // nothing: as long as it takes
};
/// The names that did not get to their end in time, killed or not even begun: `ended` is not called for them. A process
/// that cannot be killed is not waited for. Kind::interrupted when a signal asked to stop, which the processes are told.
Result<std::vector<std::string>> run_parallel(const Parallel& wanted);

}  // namespace partition
