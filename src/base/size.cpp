#include "base/size.h"

#include <limits>

Result<std::uint64_t> parse_size(std::string_view text, std::uint64_t bare_unit) {
    constexpr std::string_view units = "KMGT";
    const auto bad = [&](std::string_view why) {
        return Error{Kind::invalid, cat("'", printable(text), "' is not a size: ", why,
                                        "; give a number with K, M, G or T, like 5G")};
    };
    std::uint64_t unit = bare_unit;
    auto digits = text;
    if (!digits.empty()) {
        const auto letter = static_cast<char>(digits.back() & ~0x20);  // upper case
        if (const auto at = units.find(letter); at != std::string_view::npos) {
            unit = std::uint64_t{1} << (10 * (at + 1));
            digits.remove_suffix(1);
        }
    }
    const auto number = to_number(digits);
    if (!number) return bad("it needs a whole number");
    if (*number == 0) return bad("it is zero");
    if (*number > std::numeric_limits<std::int64_t>::max() / unit) return bad("it is too large");
    return *number * unit;
}

std::string show_size(std::uint64_t bytes) {
    constexpr std::string_view units = "KMGT";
    std::size_t scale = 0;
    while (bytes != 0 && bytes % 1024 == 0 && scale < units.size()) {
        bytes /= 1024;
        ++scale;
    }
    auto shown = std::to_string(bytes);
    if (scale > 0) shown += units[scale - 1];
    return shown;
}
