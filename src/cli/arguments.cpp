#include "cli/arguments.h"

#include <algorithm>

#include "cli/flags.h"

namespace cli {

const Arguments::Given* Arguments::find(std::string_view flag) const {
    for (const auto& given : given_)
        if (given.flag->name == flag) return &given;
    return nullptr;
}

std::string Arguments::value(std::string_view flag) const {
    const auto* given = find(flag);
    return given && !given->words.empty() ? given->words.front() : std::string();
}

std::vector<std::string> Arguments::values(char flag) const { return all(flag); }

std::vector<std::vector<std::string>> Arguments::objects(char flag) const {
    std::vector<std::vector<std::string>> objects;
    for (const auto& given : given_)
        if (given.flag->name == std::string_view(&flag, 1)) objects.push_back(given.words);
    return objects;
}

std::vector<std::string> Arguments::all(char flag) const {
    std::vector<std::string> words;
    for (const auto& object : objects(flag))
        words.insert(words.end(), object.begin(), object.end());
    return words;
}

Result<std::optional<std::uint64_t>> Arguments::number(char flag) const {
    if (!has(flag)) return std::optional<std::uint64_t>();
    const auto text = value(flag);
    const auto number = to_number(text);
    if (!number)
        return Error{Kind::invalid,
                     cat("flag -", flag, " takes a whole number, not '", printable(text), "'"),
                     0,
                     {}};
    return number;
}

Result<std::chrono::seconds> Arguments::seconds(char flag, std::chrono::seconds otherwise) const {
    constexpr std::uint64_t longest = 365ULL * 24 * 3600;  // beyond any sense, within any clock
    const auto given = TRY(number(flag));
    if (!given) return otherwise;
    if (*given > longest)
        return Error{
            Kind::invalid, cat("flag -", flag, " takes at most ", longest, " seconds"), 0, {}};
    return std::chrono::seconds(static_cast<std::int64_t>(*given));
}

std::string Arguments::text() const {
    std::string text;
    for (const auto& word : line_) text += cat(text.empty() ? "" : " ", shell_word(word));
    return printable(text);
}

}  // namespace cli
