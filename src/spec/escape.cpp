#include "spec/escape.h"

#include <optional>

namespace spec {
namespace {

constexpr std::string_view hex = "0123456789abcdef";

std::optional<char> from_hex(std::string_view digits) {
    if (digits.size() < 2) return std::nullopt;
    unsigned value = 0;
    for (const char c : digits.substr(0, 2)) {
        const bool upper = c >= 'A' && c <= 'F';
        const auto digit = hex.find(upper ? static_cast<char>(c | 0x20) : c);
        if (digit == std::string_view::npos) return std::nullopt;
        value = value * 16 + static_cast<unsigned>(digit);
    }
    return static_cast<char>(value);
}

/// What stands behind a backslash; takes it off `rest`.
Result<char> take_escaped(std::string_view& rest) {
    const char letter = rest.empty() ? '\0' : rest.front();
    if (letter == 'x') {
        const auto byte = from_hex(rest.substr(1));
        if (byte && *byte != '\0') {
            rest.remove_prefix(3);
            return *byte;
        }
    }
    char meant = '\0';
    if (letter == '"' || letter == '\\') meant = letter;
    if (letter == 'n') meant = '\n';
    if (letter == 't') meant = '\t';
    if (meant == '\0')
        return Error{Kind::invalid,
                     "a backslash in quotes must be followed by \", \\, n, t or xNN"};
    rest.remove_prefix(1);
    return meant;
}

Result<std::string> unquote(std::string_view rest) {
    std::string value;
    for (;;) {
        const auto stop = rest.find_first_of("\"\\");
        if (stop == std::string_view::npos)
            return Error{Kind::invalid, "the closing quote is missing"};
        value += rest.substr(0, stop);
        const bool closing = rest[stop] == '"';
        rest.remove_prefix(stop + 1);
        if (closing) break;
        value += TRY(take_escaped(rest));
    }
    if (!rest.empty())
        return Error{Kind::invalid,
                     cat("nothing may follow the closing quote, but '", printable(rest), "' does")};
    return value;
}

}  // namespace

std::string escape(std::string_view value) {
    std::string spelling = "\"";
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            spelling += '\\';
            spelling += c;
        } else if (c == '\n' || c == '\t') {
            spelling += c == '\n' ? "\\n" : "\\t";
        } else if (byte < 0x20 || byte == 0x7f) {
            spelling += "\\x";
            spelling += hex[byte >> 4];
            spelling += hex[byte & 15];
        } else {
            spelling += c;
        }
    }
    return spelling += '"';
}

Result<std::string> unescape(std::string_view spelling) {
    if (!spelling.empty() && spelling.front() == '"') return unquote(spelling.substr(1));
    if (spelling.find('"') != std::string_view::npos)
        return Error{Kind::invalid, "a value with a quote in it must itself stand in quotes"};
    return std::string(spelling);
}

}  // namespace spec
