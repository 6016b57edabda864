// What an increment's manifest does not hold goes from the tree that its base left; what it holds as unchanged must be there.
#pragma once
#include <functional>
#include <string>

#include "base/result.h"
#include "tar/tree.h"
#include "unpacker/manifest_lines.h"

namespace unpacker {

struct Pruning {
    ManifestLines lines;
    const std::vector<std::string>& skip;  // what is below these is none of it
    const std::vector<std::string>& only;  // nothing else came with the base; empty: everything
};
/// `removed` hears of each that goes. Kind::invalid when the increment does not fit the tree.
Result<void> prune(const os::Dir& root, tar::Tree& tree, Pruning how,
                   const std::function<void(const std::string&)>& removed);

}  // namespace unpacker
