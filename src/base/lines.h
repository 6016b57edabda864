// A text line by line, without copying it.
#pragma once
#include <string_view>

/// `act` gets each line without its end; what follows the last line end counts only if there is something.
template <class Act>
void each_line(std::string_view text, Act act) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        act(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}
