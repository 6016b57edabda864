// Memory that cannot be saved: what a device, a counter or a ring shares with the program; and programs of another ABI.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "checkpoint/blockers.h"
#include "checkpoint/findings.h"

namespace checkpoint {

/// A line of /proc/PID/maps.
struct Mapping {
    std::string_view range = {};  // "7f0000000000-7f0000001000"
    std::string_view name = {};   // empty: memory of its own
    bool is_file = false;         // has an inode
    bool shared = false;          // what is written there is seen by all who map it
    bool writable = false;
};
std::optional<Mapping> parse_mapping(std::string_view line);
/// Its name in /proc/PID/map_files: low addresses begin with zeros in maps alone.
std::string name_of_range(std::string_view range);
std::optional<Fault> judge(const Mapping& mapping);
/// From the first bytes of the program's file.
bool is_32bit(std::string_view program);

void look_at_maps(const Process& process, const Abilities& abilities, Findings& findings);

}  // namespace checkpoint
