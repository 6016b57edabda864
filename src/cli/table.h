// Rows of words as people and as programs read them.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cli {

struct Table {
    std::vector<std::string> titles = {};
    std::vector<std::vector<std::string>> rows = {};  // each as long as titles
};

/// Aligned columns two blanks apart, under titles and a rule of dashes. `rule` is its length; 0: as
/// wide as the table.
std::string aligned(const Table& table, bool header, std::size_t rule = 0);
/// "#name:state" and a line for each row. A delimiter or backslash within a value gets a backslash
/// before it.
std::string delimited(const Table& table, bool header, std::string_view delimiter);

using Labelled = std::pair<std::string_view, std::string>;
/// "Type:                    S": values begin in this column, counted from 1.
std::string paragraph(const std::vector<Labelled>& lines, std::size_t column);
/// Words after a comma wrapped to lines that begin in the same column.
std::string wrapped_list(std::string_view label, const std::vector<std::string>& words,
                         std::size_t column);

}  // namespace cli
