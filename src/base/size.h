// Amounts of bytes as AIX writes them.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

/// "5G", "512M", "20K", "1T" (powers of 1024); a bare number counts `bare_unit` bytes (AIX's crfs: 512-byte
/// blocks). Kind::invalid for anything else, zero and what overflows.
Result<std::uint64_t> parse_size(std::string_view text, std::uint64_t bare_unit);

/// The shortest exact form: 5368709120 is "5G", 1000 is "1000".
std::string show_size(std::uint64_t bytes);
