#include "cli/flags.h"

#include <algorithm>
#include <array>

namespace cli {
namespace {

constexpr std::array common = {
    Flag{.name = "help", .meaning = "show the flags and examples"},
    Flag{.name = "version", .meaning = "show the version"},
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

}  // namespace

std::span<const Flag> common_flags() { return common; }

const Flag* find_flag(std::span<const Flag> flags, std::string_view name) {
    for (const auto table : {flags, common_flags()})
        for (const auto& flag : table)
            if (flag.name == name) return &flag;
    return nullptr;
}

std::string dashed(const Flag& flag) { return cat(flag.name.size() == 1 ? "-" : "--", flag.name); }

std::string with_value(const Flag& flag) {
    switch (flag.takes) {
        case Takes::value:
            return cat(dashed(flag), " ", flag.value);
        case Takes::optional:
            return cat(dashed(flag), " [", flag.value, "]");
        case Takes::pairs:
            return cat(dashed(flag), " attribute=value ...");
        case Takes::names:
            return cat(dashed(flag), " [attribute ...]");
        case Takes::variant:
        case Takes::nothing:
            break;
    }
    return dashed(flag);
}

bool is_pair(std::string_view word) {
    if (word.empty() || !is_letter(word.front())) return false;
    const auto end = std::find_if_not(word.begin(), word.end(),
                                      [](char c) { return is_letter(c) || is_digit(c); });
    auto rest = word.substr(static_cast<std::size_t>(end - word.begin()));
    if (rest.starts_with('+') || rest.starts_with('-')) rest.remove_prefix(1);
    return rest.starts_with('=');
}

bool is_uuid(std::string_view word) {
    constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    return std::equal(word.begin(), word.end(), shape.begin(), shape.end(),
                      [](char c, char wanted) { return wanted == '-' ? c == '-' : is_hex(c); });
}

}  // namespace cli
