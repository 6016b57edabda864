#include "os/mount_table.h"

#include <algorithm>

#include "os/dir.h"

namespace os {
namespace {

bool is_octal(char digit) { return digit >= '0' && digit <= '7'; }

// The kernel writes blanks, tabs, newlines, backslashes and '#' as \ooo.
std::string unescaped(std::string_view field) {
    std::string plain;
    plain.reserve(field.size());
    for (std::size_t at = 0; at < field.size(); ++at) {
        const auto digits = field.substr(at + 1, 3);
        if (field[at] == '\\' && digits.size() == 3 &&
            std::all_of(digits.begin(), digits.end(), is_octal)) {
            plain += static_cast<char>((digits[0] - '0') * 64 + (digits[1] - '0') * 8 +
                                       (digits[2] - '0'));
            at += 3;
        } else {
            plain += field[at];
        }
    }
    return plain;
}

bool parse_line(std::string_view line, MountEntry& entry) {
    const auto fields = split(line, ' ');
    const auto dash = std::find(fields.begin(), fields.end(), "-");  // optional fields end there
    if (fields.size() < 7 || dash - fields.begin() < 6 || fields.end() - dash < 4) return false;
    entry.id = static_cast<int>(to_number(fields[0]).value_or(0));
    entry.parent = static_cast<int>(to_number(fields[1]).value_or(0));
    entry.device = fields[2];
    entry.root = unescaped(fields[3]);
    entry.point = unescaped(fields[4]);
    entry.options = fields[5];
    entry.type = unescaped(dash[1]);
    entry.source = unescaped(dash[2]);
    entry.super_options = unescaped(dash[3]);
    return true;
}

}  // namespace

std::vector<MountEntry> parse_mount_table(std::string_view text) {
    std::vector<MountEntry> table;
    for (const auto& line : split(text, '\n')) {
        MountEntry entry;
        if (parse_line(line, entry)) table.push_back(std::move(entry));
    }
    return table;
}

Result<std::vector<MountEntry>> mount_table() {
    constexpr std::size_t limit = 64 << 20;  // a hundred thousand mounts fit
    return parse_mount_table(TRY(read_file("/proc/self/mountinfo", limit)));
}

bool is_below(std::string_view path, std::string_view above) {
    if (above == "/") return !path.empty() && path.front() == '/';
    return path.starts_with(above) && (path.size() == above.size() || path[above.size()] == '/');
}

const MountEntry* mount_of(const std::vector<MountEntry>& table, std::string_view path) {
    const MountEntry* best = nullptr;
    for (const auto& entry : table)
        if (is_below(path, entry.point) && (!best || entry.point.size() >= best->point.size()))
            best = &entry;
    return best;
}

}  // namespace os
