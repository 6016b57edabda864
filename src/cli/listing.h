// lswpar's output: which WPARs, which fields, in which form.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/sheets.h"

namespace cli {

struct View {
    enum class Form : std::uint8_t { table, paragraph, delimited, json };
    Sheet sheet = Sheet::general;
    Form form = Form::table;
    bool brief = false;                   // no mode given: the default table's fields
    bool everything = false;              // -L
    std::vector<std::string> names = {};  // -a: fields in this order; none: the form's own choice
    std::string delimiter = ":";
    bool header = true;
};

/// Kind::invalid for a field that the sheet does not have; the message lists those that it has.
Result<std::string> show(const View& view, std::span<const registry::Listed> wpars);

/// -L: every section of every WPAR.
std::string show_long(std::span<const registry::Listed> wpars, bool header);
/// "web1 - Active" between rules of equals signs.
std::string banner(const registry::Listed& wpar);
/// The value as the paragraph form prints it, with its label, for these fields.
std::string show_paragraph(Sheet sheet, const registry::Listed& wpar,
                           std::span<const std::size_t> columns);

/// The same fields as JSON: an array with an object for each record.
std::string show_json(Sheet sheet, std::span<const std::size_t> columns,
                      std::span<const registry::Listed> wpars);
/// -L as JSON: an object for each WPAR with a member for each section.
std::string show_long_json(std::span<const registry::Listed> wpars);

/// Letters of -s and -t: "A", "DA", "D,A". Kind::invalid for a letter that is none of `known`.
Result<std::string> filter_letters(char flag, std::string_view given, std::string_view known);

}  // namespace cli
