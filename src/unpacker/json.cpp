#include "unpacker/json.h"

namespace unpacker {
namespace {

constexpr std::size_t most_levels = 64;

// Of brackets outside of strings. The parser would go as deep as its text does, and so would whoever frees the tree.
bool unfit(std::string_view text) {
    std::size_t level = 0;
    bool quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char letter = text[at];
        if (letter == '"') quoted = !quoted;
        if (quoted && letter == '\\') ++at;
        if (quoted) continue;
        if ((letter == '{' || letter == '[') && ++level > most_levels) return true;
        if ((letter == '}' || letter == ']') && level > 0) --level;
    }
    return false;
}

}  // namespace

Result<Json> parse_json(std::string_view text, std::string_view what) {
    if (unfit(text)) return Error{Kind::invalid, cat(what, " is nested too deeply")};
    auto json = Json::parse(text, nullptr, false);
    if (json.is_discarded() || !(json.is_object() || json.is_array()))
        return Error{Kind::invalid, cat(what, " is not the JSON it should be")};
    return json;
}

const Json& part(const Json& of, const char* name) {
    static const Json none;
    if (!of.is_object()) return none;
    const auto found = of.find(name);
    return found == of.end() ? none : *found;
}

std::string text_of(const Json& of, const char* name) {
    const auto& found = part(of, name);
    return found.is_string() ? found.get<std::string>() : std::string();
}

std::uint64_t number_of(const Json& of, const char* name) {
    const auto& found = part(of, name);
    return found.is_number_unsigned() ? found.get<std::uint64_t>() : 0;
}

std::vector<std::string> texts_of(const Json& of, const char* name) {
    std::vector<std::string> texts;
    const auto& found = part(of, name);
    if (!found.is_array()) return texts;
    for (const auto& each : found)
        if (each.is_string()) texts.push_back(each.get<std::string>());
    return texts;
}

}  // namespace unpacker
