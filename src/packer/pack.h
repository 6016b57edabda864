// One request, from the descriptors that the program is born with.
#pragma once
#include "base/result.h"

namespace packer {

Result<void> run();

}  // namespace packer
