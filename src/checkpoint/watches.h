// What inotify watches: CRIU has to find each file again by name. Where the kernel's handle of it leads to none (on an
// overlay), CRIU searches some directories.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/blockers.h"
#include "checkpoint/findings.h"
#include "checkpoint/mounts.h"

namespace checkpoint {

/// A line of fdinfo.
struct Watch {
    std::uint32_t major = 0;
    std::uint32_t minor = 0;
    std::uint64_t inode = 0;
    int handle_type = 0;
    std::string handle = {};  // its bytes
};
/// None for a line that is about something else.
std::optional<Watch> parse_watch(std::string_view line);

/// Those that only a search can find, with who has them.
struct Unplaced {
    const Process* process = nullptr;
    int number = 0;
    Watch watch = {};
    bool link = false;  // a symbolic link: CRIU follows it and finds another file
};                      // namespace checkpoint
void look_at_watches(const Process& process, int number, const Mounts& mounts,
                     std::vector<Unplaced>& unplaced, Findings& findings);
/// Searches as CRIU does, once for all.
void search_watched(const std::vector<Unplaced>& unplaced, const Subject& subject,
                    Findings& findings);

}  // namespace checkpoint
