#include "rootpart/version.h"

#include <algorithm>

namespace rootpart {
namespace {

bool is_digit(char one) { return one >= '0' && one <= '9'; }
bool is_letter(char one) { return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z'); }

// A tilde sorts before the end, letters before all other characters.
int weight(std::string_view text) {
    if (text.empty() || is_digit(text.front())) return 0;
    const auto first = static_cast<unsigned char>(text.front());
    if (first == '~') return -1;
    return is_letter(text.front()) ? first : first + 256;
}

std::string_view take_digits(std::string_view& text) {
    const auto zeros = std::min(text.find_first_not_of('0'), text.size());
    text.remove_prefix(zeros);
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const auto digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(digits.size());
    return digits;
}

int compare_numbers(std::string_view one, std::string_view other) {
    if (one.size() != other.size()) return one.size() < other.size() ? -1 : 1;
    return one.compare(other);
}

int compare_parts(std::string_view one, std::string_view other) {
    while (!one.empty() || !other.empty()) {
        while ((!one.empty() && !is_digit(one.front())) ||
               (!other.empty() && !is_digit(other.front()))) {
            const auto difference = weight(one) - weight(other);
            if (difference != 0) return difference;
            one.remove_prefix(1);  // neither is at its end: their weights would differ
            other.remove_prefix(1);
        }
        const auto first = take_digits(one);
        const auto difference = compare_numbers(first, take_digits(other));
        if (difference != 0) return difference;
    }
    return 0;
}

struct Parts {
    std::string_view epoch = {};
    std::string_view upstream = {};
    std::string_view revision = {};
};
Parts parts_of(std::string_view version) {
    Parts parts;
    if (const auto colon = version.find(':'); colon != std::string_view::npos) {
        parts.epoch = version.substr(0, colon);
        version.remove_prefix(colon + 1);
    }
    const auto dash = version.rfind('-');
    parts.upstream = version.substr(0, dash);
    if (dash != std::string_view::npos) parts.revision = version.substr(dash + 1);
    return parts;
}

}  // namespace

int compare_versions(std::string_view one, std::string_view other) {
    const auto first = parts_of(one);
    const auto second = parts_of(other);
    if (const auto order = compare_parts(first.epoch, second.epoch); order != 0) return order;
    if (const auto order = compare_parts(first.upstream, second.upstream); order != 0) return order;
    return compare_parts(first.revision, second.revision);
}

}  // namespace rootpart
