// The order of a walk: a directory before what is in it, and that before what follows the directory.
#pragma once
#include <string_view>

namespace backup {

/// Whether `one` comes before `other`: as strings, but with '/' before every other byte.
inline bool walks_before(std::string_view one, std::string_view other) {
    if (one == "." || other == ".") return one == "." && other != ".";
    std::size_t at = 0;
    while (at < one.size() && at < other.size() && one[at] == other[at]) ++at;
    if (at == other.size()) return false;
    if (at == one.size()) return true;
    if (one[at] == '/' || other[at] == '/') return one[at] == '/';
    return static_cast<unsigned char>(one[at]) < static_cast<unsigned char>(other[at]);
}

}  // namespace backup
