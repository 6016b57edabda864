// Settings of a unit that is there, until it ends.
#pragma once
#include <span>

#include "scope/bus.h"

namespace scope {

/// Each "NAME=NUMBER" or "NAME=infinity", of a property that is a number.
void set(sd_bus* bus, const char* unit, std::span<char* const> settings);

}  // namespace scope
