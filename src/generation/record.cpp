#include "generation/record.h"

#include <algorithm>
#include <array>
#include <map>

namespace generation {
namespace {

struct Word {
    Form form;
    std::string_view word;
};
constexpr std::array words_of_forms = {Word{Form::reflink, "reflink"}, Word{Form::copy, "copy"},
                                       Word{Form::erofs, "erofs"}};

using Fields = std::map<std::string, std::string>;

Fields fields_of(std::string_view text) {
    Fields fields;
    for (const auto& line : split(text, '\n')) {
        const auto equals = line.find('=');
        if (equals == std::string::npos) continue;
        fields[std::string(trim(line.substr(0, equals)))] =
            std::string(trim(line.substr(equals + 1)));
    }
    return fields;
}

Result<std::string> text_of(const Fields& fields, const std::string& name) {
    const auto found = fields.find(name);
    if (found == fields.end() || found->second.empty())
        return Error{Kind::invalid, cat("record of a generation: '", name, "' is missing")};
    return found->second;
}

Result<std::uint64_t> number_of(const Fields& fields, const std::string& name) {
    const auto text = TRY(text_of(fields, name));
    const auto number = to_number(text);
    if (!number)
        return Error{Kind::invalid, cat("record of a generation: '", name, " = ", printable(text),
                                        "' is no number")};
    return *number;
}

}  // namespace

std::string_view word(Form form) {
    const auto* found = std::find_if(words_of_forms.begin(), words_of_forms.end(),
                                     [&](const Word& each) { return each.form == form; });
    return found == words_of_forms.end() ? words_of_forms.front().word : found->word;
}

Result<Form> parse_form(std::string_view word) {
    for (const auto& each : words_of_forms)
        if (each.word == word) return each.form;
    return Error{Kind::invalid,
                 cat("'", printable(word), "' is no form of a generation: reflink, copy or erofs")};
}

std::string write(const Record& record) {
    return cat("number = ", record.number, "\ndate = ", record.date, "\nform = ", word(record.form),
               "\npackages = ", record.packages, "\npackage_digest = ", record.package_digest,
               "\ncontent_digest = ", record.content_digest, "\nfiles = ", record.files,
               "\nbytes = ", record.bytes, "\n");
}

Result<Record> parse_record(std::string_view text) {
    const auto fields = fields_of(text);
    Record record;
    record.number = static_cast<unsigned>(TRY(number_of(fields, "number")));
    record.date = static_cast<std::int64_t>(TRY(number_of(fields, "date")));
    record.form = TRY(parse_form(TRY(text_of(fields, "form"))));
    record.packages = TRY(number_of(fields, "packages"));
    record.package_digest = TRY(text_of(fields, "package_digest"));
    record.content_digest = TRY(text_of(fields, "content_digest"));
    record.files = TRY(number_of(fields, "files"));
    record.bytes = TRY(number_of(fields, "bytes"));
    return record;
}

}  // namespace generation
