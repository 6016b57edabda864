// Bytes as text.
#pragma once
#include <cstdint>
#include <span>
#include <string>

/// Two digits for each byte: "00ff".
std::string hexadecimal(std::span<const std::uint8_t> bytes);
