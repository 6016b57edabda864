#include "base/escape.h"

#include <cstdint>

namespace {

int digit_of(char letter) {
    if (letter >= '0' && letter <= '9') return letter - '0';
    if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
    return -1;
}

bool is_plain(char letter) { return letter > ' ' && letter <= '~' && letter != '%'; }

}  // namespace

std::string escaped(std::string_view text) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string safe;
    safe.reserve(text.size());
    for (const char letter : text) {
        const auto byte = static_cast<std::uint8_t>(letter);
        if (is_plain(letter))
            safe += letter;
        else
            safe += {'%', digits[byte >> 4], digits[byte & 15]};
    }
    return safe;
}

// There is one way to write each name: what needs no escape has none.
std::optional<std::string> unescaped(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (is_plain(text[at])) {
            bytes += text[at];
            continue;
        }
        if (text[at] != '%' || at + 2 >= text.size()) return std::nullopt;
        const int high = digit_of(text[at + 1]);
        const int low = digit_of(text[at + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        const auto letter = static_cast<char>(high << 4 | low);
        if (is_plain(letter)) return std::nullopt;
        bytes += letter;
        at += 2;
    }
    return bytes;
}
