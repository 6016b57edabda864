// The mounts of the calling process's namespace, as the kernel lists them: proc(5),
// /proc/PID/mountinfo.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace os {

struct MountEntry {
    int id = 0;
    int parent = 0;
    std::string device = {};   // "253:1"
    std::string root = {};     // what of the file system is mounted
    std::string point = {};    // where; as this process sees it
    std::string options = {};  // of the mount
    std::string type = {};
    std::string source = {};
    std::string super_options = {};  // of the file system
};

/// Every mount, in the order they were mounted: a later one on the same point hides the earlier.
Result<std::vector<MountEntry>> mount_table();
/// Lines it cannot read are left out.
std::vector<MountEntry> parse_mount_table(std::string_view text);
/// The mount that holds an absolute path without links: the longest point above it, the latest of
/// equal ones.
const MountEntry* mount_of(const std::vector<MountEntry>& table, std::string_view path);
/// Whether `path` is `above` or lies below it.
bool is_below(std::string_view path, std::string_view above);

}  // namespace os
