#include "cgroup/mounts.h"

#include <algorithm>

namespace cgroup {
namespace {

// The kernel writes blanks, newlines and backslashes in a path as \ooo.
std::string unescape(std::string_view path) {
    std::string plain;
    const auto octal = [](char digit) { return digit >= '0' && digit <= '7'; };
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] == '\\' && i + 3 < path.size() && octal(path[i + 1]) && octal(path[i + 2]) &&
            octal(path[i + 3])) {
            plain += static_cast<char>((path[i + 1] - '0') * 64 + (path[i + 2] - '0') * 8 +
                                       (path[i + 3] - '0'));
            i += 3;
        } else {
            plain += path[i];
        }
    }
    return plain;
}

void prefer(std::string& place, const std::string& candidate) {
    const auto usual = [](const std::string& path) { return path.rfind("/sys/fs/cgroup", 0) == 0; };
    if (place.empty() || (usual(candidate) && !usual(place))) place = candidate;
}

struct Line {
    std::string place = {};
    std::string type = {};
    std::vector<std::string> options = {};  // of the file system
};

Line parse_line(std::string_view text) {
    constexpr std::size_t place_field = 4;
    const auto fields = words(text);
    const auto dash = std::find(fields.begin(), fields.end(), "-");
    if (dash - fields.begin() <= static_cast<std::ptrdiff_t>(place_field) ||
        fields.end() - dash < 4)
        return {};
    return {unescape(fields[place_field]), dash[1], split(dash[3], ',')};
}

}  // namespace

Mounts parse_mounts(std::string_view mountinfo) {
    Mounts mounts;
    for (const auto& text : split(mountinfo, '\n')) {
        if (text.find("cgroup") == std::string::npos) continue;
        const auto line = parse_line(text);
        if (line.type == "cgroup2") prefer(mounts.v2, line.place);
        if (line.type != "cgroup") continue;
        for (const auto controller : controllers)
            if (std::find(line.options.begin(), line.options.end(), name_of(controller)) !=
                line.options.end())
                prefer(mounts.at(controller), line.place);
    }
    return mounts;
}

}  // namespace cgroup
