// Whether two files of the same size hold the same.
#pragma once
#include <string>

#include "base/result.h"

namespace partition::software {

/// The error is that of reading `one`, which is `shown`.
Result<bool> same_bytes(int one, int other, const std::string& shown);

}  // namespace partition::software
