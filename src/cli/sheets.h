// What lswpar can show: for each of its modes the fields, and their values for one WPAR.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "registry/listed.h"

namespace cli {

enum class Sheet : std::uint8_t {
    general,     // -G, and the default table
    network,     // -N
    mounts,      // -M
    routes,      // -I
    resources,   // -R
    security,    // -S
    operation,   // -T
    devices,     // -D
    extensions,  // -X
    bootsets,    // -b, -Br, -Bf: there are none
    blockers     // --blockers
};

struct Field {
    enum class As : std::uint8_t { text, yes_no, number, list };  // in JSON
    std::string_view name;                                        // delimited header, -a, JSON
    std::string_view title;  // of a table's column, and the label in a paragraph
    As as = As::text;
    bool wide = false;  // left out of tables unless -a asks for it
};

/// In delimited order; the first is always the WPAR's name.
std::span<const Field> fields(Sheet sheet);
using Record = std::vector<std::string>;  // one value for each field
/// One record, or for things a WPAR has several of, any number.
std::vector<Record> records(Sheet sheet, const registry::Listed& wpar);
/// The modes with one record for each WPAR: shown as paragraphs.
bool is_paragraph(Sheet sheet);

/// "2026-11-22 10:41:07 +0000", local time.
std::string show_time(std::int64_t epoch_seconds);

}  // namespace cli
