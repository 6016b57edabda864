// The paragraph forms: -G, -R, -S, -T one section each, -L all of them.
#include "cli/listing.h"
#include "cli/table.h"

namespace cli {
namespace {

using registry::Listed;

constexpr std::size_t rule_width = 65;
constexpr std::size_t general_column = 26;
constexpr std::size_t resources_column = 37;
constexpr std::size_t list_column = 15;
constexpr std::size_t mount_point_width = 22;

// The order of -L, which is not that of the delimited form.
constexpr std::string_view general_order[] = {
    "type",      "rootvgwpar", "owner",        "hostname",   "routing",        "vipwpar",
    "directory", "script",     "auto",         "privateusr", "checkpointable", "application",
    "ostype",    "xwparipc",   "architecture", "uuid"};

std::size_t position(Sheet sheet, std::string_view name) {
    const auto known = fields(sheet);
    std::size_t at = 0;
    while (at + 1 < known.size() && known[at].name != name) ++at;
    return at;
}

bool in_banner(const Field& field) { return field.name == "name" || field.name == "state"; }

std::vector<std::size_t> all_columns(Sheet sheet) {
    std::vector<std::size_t> columns;
    if (sheet == Sheet::general)
        for (const auto name : general_order) columns.push_back(position(sheet, name));
    else
        for (std::size_t at = 0; at < fields(sheet).size(); ++at) columns.push_back(at);
    return columns;
}

std::string cut(std::string text) {
    if (text.size() > mount_point_width) {
        text.resize(mount_point_width - 3);
        text += "...";
    }
    return text;
}

// Columns without the WPAR's name, which the banner has said.
std::string section_table(Sheet sheet, const Listed& wpar) {
    Table table;
    const auto known = fields(sheet);
    std::vector<std::size_t> columns;
    for (std::size_t at = 1; at < known.size(); ++at)
        if (!known[at].wide) columns.push_back(at);
    for (const auto at : columns) {
        const bool names_itself =
            at == 1 && (sheet == Sheet::devices || sheet == Sheet::extensions);
        table.titles.emplace_back(names_itself ? "Name" : known[at].title);
    }
    for (const auto& record : records(sheet, wpar)) {
        auto& row = table.rows.emplace_back();
        for (const auto at : columns) {
            const bool mount_point = sheet == Sheet::mounts && at == 1;
            const auto value = printable(record[at]);
            row.push_back(mount_point ? cut(value) : value);
        }
    }
    return aligned(table, true, rule_width);
}

std::string section(std::string_view title, Sheet sheet, const Listed& wpar) {
    const auto body = is_paragraph(sheet) ? show_paragraph(sheet, wpar, all_columns(sheet))
                                          : section_table(sheet, wpar);
    return cat(title, "\n", body);
}

std::string sections(const Listed& wpar) {
    std::vector<std::string> parts = {section("GENERAL", Sheet::general, wpar),
                                      section("NETWORK", Sheet::network, wpar),
                                      section("USER-SPECIFIED ROUTES", Sheet::routes, wpar),
                                      section("FILE SYSTEMS", Sheet::mounts, wpar),
                                      section("RESOURCE CONTROLS", Sheet::resources, wpar),
                                      section("OPERATION", Sheet::operation, wpar),
                                      section("SECURITY SETTINGS", Sheet::security, wpar),
                                      section("DEVICE EXPORTS", Sheet::devices, wpar),
                                      section("KERNEL EXTENSIONS", Sheet::extensions, wpar)};
    return join(parts, "\n");
}

}  // namespace

std::string banner(const Listed& wpar) {
    const std::string rule(rule_width, '=');
    return cat(rule, "\n", wpar.name(), " - ", registry::word(wpar.status.state), "\n", rule, "\n");
}

std::string show_paragraph(Sheet sheet, const Listed& wpar, std::span<const std::size_t> columns) {
    const auto record = records(sheet, wpar).front();
    std::vector<Labelled> lines;
    for (const auto at : columns) {
        const auto& field = fields(sheet)[at];
        if (in_banner(field)) continue;
        if (field.as == Field::As::list)
            return wrapped_list(field.title, split(record[at], ','), list_column);
        lines.emplace_back(field.title, printable(record[at]));
    }
    if (sheet == Sheet::general && !wpar.status.reason.empty())
        lines.emplace_back("Reason", printable(wpar.status.reason));
    if (sheet == Sheet::general && !wpar.status.image.empty())
        lines.emplace_back("Stored In", printable(wpar.status.image));
    return paragraph(lines, sheet == Sheet::resources ? resources_column : general_column);
}

std::string show_long(std::span<const Listed> wpars, bool header) {
    std::string text;
    for (const auto& wpar : wpars)
        text += cat(text.empty() ? "" : "\n", header ? banner(wpar) : "", sections(wpar));
    return text;
}

}  // namespace cli
