#include "base/hexadecimal.h"

std::string hexadecimal(std::span<const std::uint8_t> bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const auto byte : bytes) text += {digits[byte >> 4], digits[byte & 15]};
    return text;
}
