// Waiting for what happens to a v2 group: the kernel signals changes of cgroup.events through poll.
// For this folder only.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/dir.h"

namespace cgroup {

/// The value behind a key of a file like cgroup.events, cpu.stat: "populated 1".
std::optional<std::uint64_t> value_of(std::string_view text, std::string_view key);

struct Event {
    std::string_view key = {};  // populated, frozen
    std::uint64_t value = 0;
};
/// True when the group is in that state, false when the patience ended first. A group that is gone
/// is not populated.
Result<bool> wait_event(const os::Dir& group, const Event& event,
                        std::chrono::milliseconds patience);

}  // namespace cgroup
