// Two WPARs with one address could never be active at once; the second would fail at some later boot.
#pragma once
#include <string>

#include "base/result.h"
#include "spec/definition.h"

namespace partition {

/// Kind::exists when a WPAR other than `own_name` (what it is called now) is defined with one of its addresses.
Result<void> check_addresses(const spec::Definition& definition, const std::string& own_name);

}  // namespace partition
