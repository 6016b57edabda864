// What an application has of the global environment: programs and libraries that it runs, files and directories that it has
// open. None of that goes along when it moves: the other host has to have it, and the same.
#pragma once
#include <sys/types.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "launch/launch.h"
#include "os/mount_table.h"
#include "spec/definition.h"

namespace partition::mobility {

struct UsedFile {
    enum class Kind : std::uint8_t {
        place,   // a directory, a pipe with a name: to be there
        same,    // to be there with the same content
        written  // to be the very same file
    };
    std::string path = {};  // in the global environment
    Kind kind = Kind::place;
    std::uint64_t bytes = 0;
    std::int64_t changed = 0;  // nanoseconds since the epoch
    std::string digest = {};   // of its content, unless it is large
    bool operator==(const UsedFile&) const = default;
};
/// Sorted by path. What is the application's own (its tmpfs, /proc) and what is deleted is not among them: that goes along.
Result<std::vector<UsedFile>> used_files(const spec::Definition& definition, pid_t init,
                                         const std::vector<pid_t>& processes);

/// A line of /proc/PID/maps: the file, and whether what is written to memory there goes into it. No path: none.
struct MappedFile {
    std::string path = {};
    std::string range = {};  // its name in /proc/PID/map_files
    bool shared =
        false;  // what was written there, if any was, is the file's; it may be write-protected since
    bool written = false;
};
MappedFile parse_mapping(std::string_view line);

std::string write(const std::vector<UsedFile>& files);
std::vector<UsedFile> parse_used_files(std::string_view text);
/// Of the other host's files those that differ from ours, a line for each, with what to do. Written ones are not looked at.
std::vector<std::string> differences(const std::vector<UsedFile>& files);

/// Where it has file systems of its own, not the global environment's.
std::vector<std::string> own_mounts(const std::vector<launch::Mount>& mounts);
template <class Places>
bool is_below_any(const std::string& path, const Places& places) {
    return std::any_of(places.begin(), places.end(),
                       [&](const auto& place) { return os::is_below(path, place); });
}
/// Where the global environment has what an application sees below one of its own mounts.
std::string path_outside(const std::string& inside, const std::vector<launch::Mount>& mounts);

}  // namespace partition::mobility
