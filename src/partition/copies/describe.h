// mkwpardata: a WPAR's file systems in a file, as each backup holds them.
#pragma once
#include <string>

#include "base/result.h"
#include "partition/observer.h"

namespace partition::copies {

struct DescribeCall {
    std::string name = {};
    std::string folder = "/tmp/wpardata";  // AIX's; a folder named after the WPAR is made in it
};
/// Writes image.data alone, for mkwpar -L and restwpar -i; returns its path.
Result<std::string> describe(const DescribeCall& call, const Manner& manner);

}  // namespace partition::copies
