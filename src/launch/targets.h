// Where mounts go: places below a root whose owner controls every link in it.
#pragma once
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "os/dir.h"

namespace launch {

enum class Sort : std::uint8_t { directory, file };

struct Target {
    std::string path = {};  // absolute, as the WPAR sees it
    Sort sort = Sort::directory;
};
/// Absolute, without "." and ".." and control characters.
Result<void> check_target(const std::string& path);
/// Opens it below `root` (O_PATH). What is missing is made below `storage`, the same tree seen with
/// plain ids, so that on disk it belongs to id 0.
Result<UniqueFd> open_target(const os::Dir& root, const os::Dir& storage, const Target& target);

}  // namespace launch
