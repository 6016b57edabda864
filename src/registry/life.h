// Lives of a WPAR: whoever lets its processes change its files begins a new one. A checkpoint fits only the life in which
// it was made: what its processes remember of their files is no longer true in another.
#pragma once
#include <string>

#include "base/result.h"

namespace registry {

/// Empty when it never began one.
std::string life_of(const std::string& name);
/// On disk when this returns.
Result<void> begin_life(const std::string& name);

}  // namespace registry
