// The tree that the program works in: all mounts of a base directory, shifted by a WPAR's own ids.
#pragma once
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "os/idmap.h"

namespace unpack {

struct Target {
    UniqueFd tree;   // detached mounts
    UniqueFd users;  // the user namespace they are shifted by
};
Result<Target> make_target(const std::string& path, os::IdRange ids);

}  // namespace unpack
