#include "base/escape.h"

#include <cstdint>

namespace {

int digit_of(char letter) {
    if (letter >= '0' && letter <= '9') return letter - '0';
    if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
    return -1;
}

}  // namespace

std::string escaped(std::string_view text) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string safe;
    for (const char letter : text) {
        const auto byte = static_cast<std::uint8_t>(letter);
        if (byte > ' ' && byte <= '~' && letter != '%')
            safe += letter;
        else
            safe += {'%', digits[byte >> 4], digits[byte & 15]};
    }
    return safe;
}

std::optional<std::string> unescaped(std::string_view text) {
    std::string bytes;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            bytes += text[at];
            continue;
        }
        if (at + 2 >= text.size()) return std::nullopt;
        const int high = digit_of(text[at + 1]);
        const int low = digit_of(text[at + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes += static_cast<char>(high << 4 | low);
        at += 2;
    }
    if (escaped(bytes) != text) return std::nullopt;  // one way to write each name
    return bytes;
}
