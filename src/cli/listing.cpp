#include "cli/listing.h"

#include "cli/table.h"

namespace cli {
namespace {

using registry::Listed;
using Columns = std::vector<std::size_t>;

Result<std::size_t> column_named(Sheet sheet, std::string_view name) {
    const auto known = fields(sheet);
    std::string list;
    for (std::size_t at = 0; at < known.size(); ++at) {
        if (known[at].name == name) return at;
        list += cat(at == 0 ? "" : ", ", known[at].name);
    }
    return Error{Kind::invalid,
                 cat("'", printable(name), "' is not a field here; there are: ", list),
                 0,
                 {}};
}

Result<Columns> chosen(const View& view) {
    Columns columns;
    if (!view.names.empty()) {
        for (const auto& name : view.names) columns.push_back(TRY(column_named(view.sheet, name)));
        return columns;
    }
    if (view.brief) {
        for (const auto* name : {"name", "state", "type", "hostname", "directory"})
            columns.push_back(TRY(column_named(view.sheet, name)));
        return columns;
    }
    const auto known = fields(view.sheet);
    for (std::size_t at = 0; at < known.size(); ++at)
        if (!known[at].wide || view.form != View::Form::table) columns.push_back(at);
    return columns;
}

Table collect(const View& view, const Columns& columns, std::span<const Listed> wpars) {
    Table table;
    const bool for_people = view.form == View::Form::table;
    for (const auto at : columns) {
        const auto& field = fields(view.sheet)[at];
        table.titles.emplace_back(for_people ? field.title : field.name);
    }
    for (const auto& wpar : wpars) {
        for (auto& record : records(view.sheet, wpar)) {
            auto& row = table.rows.emplace_back();
            for (const auto at : columns)
                row.push_back(for_people ? printable(record[at]) : record[at]);
        }
    }
    return table;
}

std::string paragraphs(const View& view, const Columns& columns, std::span<const Listed> wpars) {
    std::string text;
    for (const auto& wpar : wpars) {
        if (view.header) text += cat(text.empty() ? "" : "\n", banner(wpar));
        text += show_paragraph(view.sheet, wpar, columns);
    }
    return text;
}

}  // namespace

Result<std::string> show(const View& view, std::span<const Listed> wpars) {
    const bool json = view.form == View::Form::json;
    if (view.everything) return json ? show_long_json(wpars) : show_long(wpars, view.header);
    const auto columns = TRY(chosen(view));
    if (json) return show_json(view.sheet, columns, wpars);
    if (view.form == View::Form::paragraph) return paragraphs(view, columns, wpars);
    const auto table = collect(view, columns, wpars);
    if (table.rows.empty()) return std::string();
    if (view.form == View::Form::delimited) return delimited(table, view.header, view.delimiter);
    return aligned(table, view.header);
}

Result<std::string> filter_letters(char flag, std::string_view given, std::string_view known) {
    std::string letters;
    for (const char letter : given) {
        if (letter == ',') continue;
        if (known.find(letter) == std::string_view::npos)
            return Error{Kind::invalid,
                         cat("flag -", flag, " takes letters out of ", known, ", not '",
                             printable(given), "'"),
                         0,
                         {}};
        letters += letter;
    }
    if (!letters.empty()) return letters;
    return Error{Kind::invalid, cat("flag -", flag, " needs letters out of ", known), 0, {}};
}

}  // namespace cli
