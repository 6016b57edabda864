#include "base/hexadecimal.h"

#include <array>

namespace {

constexpr std::string_view digits = "0123456789abcdef";
constexpr std::uint8_t none = 255;

constexpr auto values = [] {
    std::array<std::uint8_t, 256> table = {};
    table.fill(none);
    for (std::size_t value = 0; value < digits.size(); ++value)
        table[static_cast<unsigned char>(digits[value])] = static_cast<std::uint8_t>(value);
    return table;
}();

std::uint8_t value_of(char digit) { return values[static_cast<unsigned char>(digit)]; }

}  // namespace

std::string hexadecimal(std::span<const std::uint8_t> bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const auto byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

bool read_hexadecimal(std::string_view text, std::span<std::uint8_t> bytes) {
    if (text.size() != bytes.size() * 2) return false;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        const auto high = value_of(text[at * 2]);
        const auto low = value_of(text[at * 2 + 1]);
        if (high == none || low == none) return false;
        bytes[at] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return true;
}
