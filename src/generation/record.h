// What is known of a generation, as the text beside it says.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace generation {

enum class Form : std::uint8_t {
    reflink,  // a tree whose blocks are the global environment's own until those change (reflink)
    copy,     // a tree of its own
    erofs     // a compressed image
};
std::string_view word(Form form);  // "reflink", "copy", "erofs"
Result<Form> parse_form(std::string_view word);

struct Record {
    unsigned number = 0;
    std::int64_t date = 0;  // epoch seconds
    Form form = Form::copy;
    std::uint64_t packages = 0;
    std::string package_digest = {};  // of the package database
    std::string content_digest = {};  // of the list of all files
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;  // what its files hold
    bool operator==(const Record&) const = default;
};
std::string write(const Record& record);
/// Kind::invalid names what is missing or makes no sense.
Result<Record> parse_record(std::string_view text);

}  // namespace generation
