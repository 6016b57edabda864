// Dates for people to read.
#pragma once
#include <cstdint>
#include <string>

/// Seconds since 1970 in the format of strftime(3), as the clocks here show them; empty for what no calendar reaches.
std::string local_time(std::int64_t seconds, const char* format);
