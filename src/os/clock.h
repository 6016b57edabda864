// The time that passes, whatever the administrator makes of the date.
#pragma once
#include <cstdint>

namespace os {

/// Of a clock that never goes back.
std::uint64_t milliseconds_now();

}  // namespace os
