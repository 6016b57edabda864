// Lists of options as mount(8) takes them: "ro,noatime,size=10m".
#pragma once
#include <algorithm>
#include <string_view>

#include "base/text.h"

/// Whether one of them is just that word.
inline bool has_option(std::string_view options, std::string_view wanted) {
    const auto all = split(options, ',');
    return std::find(all.begin(), all.end(), wanted) != all.end();
}
