// Words: joining, splitting, and showing foreign bytes safely.
#pragma once
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace text_detail {
inline void add(std::string& to, std::string_view part) { to += part; }
template <std::integral Number>
void add(std::string& to, Number part) {
    if constexpr (std::same_as<Number, bool>)
        to += part ? "yes" : "no";
    else if constexpr (std::same_as<Number, char>)
        to += part;
    else
        to += std::to_string(part);
}
}  // namespace text_detail

/// Its parts in a row: cat("cpu weight ", 5).
template <class... Parts>
std::string cat(const Parts&... parts) {
    std::string whole;
    (text_detail::add(whole, parts), ...);
    return whole;
}

std::vector<std::string> split(std::string_view text, char separator);  // keeps empty parts
std::vector<std::string> words(std::string_view text);                  // at blanks; none empty
std::string join(const std::vector<std::string>& parts, std::string_view between);
std::string_view trim(std::string_view text);  // blanks, tabs, line ends

/// Control characters and bytes that are not ASCII as \xNN: safe for a terminal and a log line.
std::string printable(std::string_view text);
/// True if it holds a newline, NUL or another control character.
bool has_control(std::string_view text);
/// One word for a POSIX shell, quoted where it must be.
std::string shell_word(std::string_view word);

/// All of the text as an unsigned decimal number, or nothing.
std::optional<std::uint64_t> to_number(std::string_view text);
