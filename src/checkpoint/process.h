// One process of the WPAR, as /proc shows it: held by its directory there, which never becomes another process's.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/dir.h"

namespace checkpoint {

/// Of /proc/PID/status.
struct Status {
    std::string command = {};  // printable
    pid_t parent = 0;
    pid_t tracer = 0;
    bool zombie = false;
    pid_t inner_pid = 0;      // in the innermost pid namespace it is in; 0: not known
    pid_t inner_session = 0;  // 0: its session's leader has no number inside
    std::size_t levels = 0;   // of pid namespaces, as we see them
};
/// Text that is not of this form gives zeros.
Status parse_status(std::string_view text);

struct Process {
    pid_t pid = 0;
    Status status = {};
    os::Dir dir = {};

    /// The inode of a namespace: "uts", "pid_for_children"; none when the kernel has no such kind, or the process ended.
    std::optional<std::uint64_t> name_space(const std::string& kind) const;
    /// What a link below its directory says ("fd/3", "exe"), not printable yet; none when it is gone.
    std::optional<std::string> link(const std::string& name) const;
    /// Its open descriptors, sorted; too many are cut off.
    std::vector<int> descriptors() const;
};
/// Kind::missing when there is no such process.
Result<Process> open_process(const std::string& proc, pid_t pid);

}  // namespace checkpoint
