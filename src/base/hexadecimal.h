// Bytes as text.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Two digits for each byte: "00ff".
std::string hexadecimal(std::span<const std::uint8_t> bytes);
/// Fills `bytes` from text as hexadecimal() writes it; false for any other, or one of another length.
bool read_hexadecimal(std::string_view text, std::span<std::uint8_t> bytes);
