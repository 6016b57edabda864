// Any bytes as one word of printable ASCII, and back.
#pragma once
#include <optional>
#include <string>
#include <string_view>

/// What is not in ! to ~, and %, becomes %XX.
std::string escaped(std::string_view bytes);
/// Nothing for a text that `escaped` would not have made: there is one way to write each.
std::optional<std::string> unescaped(std::string_view text);
