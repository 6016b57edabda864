// What the global environment's software is right now, as a digest: whether a generation is level with it.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.h"
#include "os/dir.h"

namespace partition {

struct SoftwareDigest {
    std::string packages = {};  // of the package database
    std::string content = {};   // of the list of all files that a generation takes
    std::uint64_t package_count = 0;
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
    bool operator==(const SoftwareDigest&) const = default;
};
/// Reads names, sizes, owners, modes and times, no content.
Result<SoftwareDigest> digest_software(const os::Dir& global);

/// dpkg's status file of a tree; empty where there is none.
std::string package_status(const os::Dir& global);

}  // namespace partition
