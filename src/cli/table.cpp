#include "cli/table.h"

#include <algorithm>

#include "base/text.h"

namespace cli {
namespace {

// The last column is not padded: no blanks at line ends.
void add_row(std::string& text, const std::vector<std::string>& row,
             const std::vector<std::size_t>& widths) {
    std::size_t owed = 0;
    for (std::size_t at = 0; at < row.size(); ++at) {
        if (!row[at].empty()) {
            text.append(owed, ' ');
            text += row[at];
            owed = 0;
        }
        owed += widths[at] - std::min(widths[at], row[at].size()) + 2;
    }
    text += '\n';
}

void add_escaped(std::string& text, std::string_view value, std::string_view delimiter) {
    for (std::size_t at = 0; at < value.size();) {
        if (value.substr(at).starts_with(delimiter)) {
            text += '\\';
            text += delimiter;
            at += delimiter.size();
        } else {
            if (value[at] == '\\') text += '\\';
            text += value[at++];
        }
    }
}

}  // namespace

std::string aligned(const Table& table, bool header, std::size_t rule) {
    std::vector<std::size_t> widths;
    for (const auto& title : table.titles) widths.push_back(header ? title.size() : 0);
    for (const auto& row : table.rows)
        for (std::size_t at = 0; at < row.size(); ++at)
            widths[at] = std::max(widths[at], row[at].size());

    std::string text;
    if (header) {
        std::size_t whole = 1;  // AIX rules one dash further than the last column
        for (const auto width : widths) whole += width + 2;
        add_row(text, table.titles, widths);
        text += std::string(rule == 0 ? whole - 2 : rule, '-') + '\n';
    }
    for (const auto& row : table.rows) add_row(text, row, widths);
    return text;
}

std::string delimited(const Table& table, bool header, std::string_view delimiter) {
    std::string text;
    if (header) text += cat("#", join(table.titles, delimiter), "\n");
    for (const auto& row : table.rows) {
        for (std::size_t at = 0; at < row.size(); ++at) {
            if (at > 0) text += delimiter;
            add_escaped(text, row[at], delimiter);
        }
        text += '\n';
    }
    return text;
}

std::string paragraph(const std::vector<Labelled>& lines, std::size_t column) {
    std::string text;
    for (const auto& [label, value] : lines) {
        text += cat(label, ":");
        if (!value.empty()) {
            text.append(std::max(column, label.size() + 3) - label.size() - 2, ' ');
            text += value;
        }
        text += '\n';
    }
    return text;
}

std::string wrapped_list(std::string_view label, const std::vector<std::string>& words,
                         std::size_t column) {
    constexpr std::size_t line_width = 79;
    auto text = cat(label, ":");
    std::size_t used = text.size();
    for (std::size_t at = 0; at < words.size(); ++at) {
        const bool last = at + 1 == words.size();
        if (at > 0 && used + words[at].size() + 1 > line_width) {
            text += '\n';
            used = 0;
        }
        if (used < column - 1) text.append(column - 1 - used, ' ');
        used = std::max(used, column - 1) + words[at].size() + 1;
        text += cat(words[at], last ? "" : ",");
    }
    return text + "\n";
}

}  // namespace cli
