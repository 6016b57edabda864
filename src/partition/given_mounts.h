// What of the mounts of a WPAR that runs CRIU does not save: they are given back at a restart.
#pragma once
#include <sys/types.h>

#include <vector>

#include "base/result.h"
#include "checkpoint/image.h"
#include "launch/rebuild.h"
#include "spec/definition.h"

namespace partition {

struct GivenMounts {
    std::vector<launch::Outer> outer = {};    // from outside
    std::vector<checkpoint::Kept> kept = {};  // what is in them is stored beside the images
    bool is_outer(const std::string& point) const;
};
Result<GivenMounts> given_mounts(const spec::Definition& definition, pid_t init);

}  // namespace partition
