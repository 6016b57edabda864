#include "spec/file.h"

#include <algorithm>
#include <optional>

#include "spec/attributes.h"
#include "spec/escape.h"

namespace spec {
namespace {

enum class Extent { definition, specification, general_only };

/// Where in the table the next attribute is likely to be, and which of them the present stanza has
/// had.
struct Progress {
    std::size_t next = 0;
    std::uint64_t seen = 0;
};

class Reader {
  public:
    Reader(std::string_view text, std::string_view file_name, Extent extent)
        : text_(text), file_name_(file_name), extent_(extent) {}

    Result<Definition> read();

  private:
    Error wrong(std::string_view what) const {
        return {Kind::invalid, cat(printable(file_name_), ":", line_number_, ": ", what)};
    }
    Result<void> read_line(std::string_view line);
    Result<void> open_stanza(std::string_view line);
    Result<void> read_attribute(std::string_view line);
    Result<void> set(std::string_view name, std::string value);
    template <class Of>
    Result<void> set_in(Of& object, std::string_view name, std::string value);
    Result<void> set_in(Free& values, std::string_view name, std::string value);

    std::string_view text_;
    std::string_view file_name_;
    Extent extent_;
    std::size_t line_number_ = 0;
    std::optional<Stanza> stanza_ = {};
    std::uint32_t stanzas_seen_ = 0;
    Progress progress_ = {};
    Definition definition_ = {};
};

constexpr std::string_view blanks = " \t\r";

std::string_view without_blanks_behind(std::string_view text) {
    const auto last = text.find_last_not_of(blanks);
    return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

bool has_forbidden_byte(std::string_view line) {
    for (const char c : line)
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) return true;
    return false;
}

bool may_repeat(Stanza stanza) {
    return stanza == Stanza::network || stanza == Stanza::route || stanza == Stanza::mount ||
           stanza == Stanza::device || stanza == Stanza::kext;
}

Result<Definition> Reader::read() {
    if (text_.size() > file_size_limit)
        return Error{Kind::invalid, cat(printable(file_name_), ": ", text_.size(),
                                        " bytes are too many for a definition; at most ",
                                        file_size_limit, " are read")};
    while (!text_.empty()) {
        const auto end = text_.find('\n');
        ++line_number_;
        TRY(read_line(without_blanks_behind(text_.substr(0, end))));
        text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 1);
    }
    return std::move(definition_);
}

Result<void> Reader::read_line(std::string_view line) {
    if (has_forbidden_byte(line))
        return wrong("the line holds a control character; in a quoted value write it as \\xNN");
    const auto first = line.find_first_not_of(blanks);
    if (first == std::string_view::npos || line[first] == '*') return {};
    if (first == 0) return open_stanza(line);
    return read_attribute(line.substr(first));
}

Result<void> Reader::open_stanza(std::string_view line) {
    if (line.back() != ':')
        return wrong(cat("'", printable(line),
                         "' is not a stanza; expected one like 'general:', or an ",
                         "attribute behind a blank or tab"));
    const auto name = without_blanks_behind(line.substr(0, line.size() - 1));
    stanza_ = find_stanza(name);
    if (!stanza_) {
        std::string known;
        for (const auto each : stanzas())
            known += cat(known.empty() ? "" : ", ", stanza_name(each));
        return wrong(cat("there is no stanza '", printable(name), "'; expected one of ", known));
    }
    const auto bit = 1U << static_cast<unsigned>(*stanza_);
    if ((stanzas_seen_ & bit) != 0 && !may_repeat(*stanza_))
        return wrong(cat("stanza '", name, "' comes a second time"));
    stanzas_seen_ |= bit;
    progress_ = {};
    if (extent_ == Extent::general_only) return {};
    if (*stanza_ == Stanza::network) definition_.networks.emplace_back();
    if (*stanza_ == Stanza::route) definition_.routes.emplace_back();
    if (*stanza_ == Stanza::mount) definition_.mounts.emplace_back();
    if (*stanza_ == Stanza::device) definition_.devices.emplace_back();
    if (*stanza_ == Stanza::kext) definition_.kernel_extensions.emplace_back();
    return {};
}

Result<void> Reader::read_attribute(std::string_view line) {
    if (stanza_ && *stanza_ != Stanza::general && extent_ == Extent::general_only) return {};
    const auto equals = line.find('=');
    if (equals == std::string_view::npos || equals == 0)
        return wrong(
            cat("'", printable(line), "' is not an attribute; expected attribute = \"value\""));
    const auto name = without_blanks_behind(line.substr(0, equals));
    if (!stanza_)
        return wrong(cat("attribute '", printable(name),
                         "' stands before the first stanza; expected ", "one like 'general:'"));
    auto raw = line.substr(equals + 1);
    raw.remove_prefix(std::min(raw.find_first_not_of(blanks), raw.size()));
    auto value = unescape(raw);
    if (!value) return wrong(cat("attribute '", printable(name), "': ", value.error().text));
    const auto set_result = set(name, *std::move(value));
    if (!set_result) return wrong(set_result.error().text);
    return {};
}

Result<void> Reader::set(std::string_view name, std::string value) {
    auto& to = definition_;
    switch (*stanza_) {
        case Stanza::general:
            return set_in(to.general, name, std::move(value));
        case Stanza::network:
            return set_in(to.networks.back(), name, std::move(value));
        case Stanza::route:
            return set_in(to.routes.back(), name, std::move(value));
        case Stanza::mount:
            return set_in(to.mounts.back(), name, std::move(value));
        case Stanza::resources:
            return set_in(to.resources, name, std::move(value));
        case Stanza::security:
            return set_in(to.security, name, std::move(value));
        case Stanza::device:
            return set_in(to.devices.back(), name, std::move(value));
        case Stanza::kext:
            return set_in(to.kernel_extensions.back(), name, std::move(value));
        case Stanza::copy_controls:
            return set_in(to.copy_controls, name, std::move(value));
        case Stanza::options:
            return set_in(to.options, name, std::move(value));
    }
    return {};
}

template <class Of>
Result<void> Reader::set_in(Of& object, std::string_view name, std::string value) {
    const auto table = attributes<Of>();
    for (std::size_t step = 0; step < table.size(); ++step) {
        const auto at = (progress_.next + step) % table.size();
        const auto& attribute = table[at];
        if (attribute.name != name) continue;
        const auto bit = std::uint64_t{1} << at;
        if ((progress_.seen & bit) != 0 && attribute.use != Use::repeated)
            return repeated_attribute(name);
        progress_ = {at + 1, progress_.seen | bit};
        if (attribute.use == Use::own && extent_ == Extent::specification) return {};
        return assign(object, attribute, std::move(value));
    }
    return unknown_attribute(name, *stanza_);
}

Result<void> Reader::set_in(Free& values, std::string_view name, std::string value) {
    const auto known = attribute_names(*stanza_);
    for (std::size_t at = 0; at < known.size(); ++at) {
        if (known[at] != name) continue;
        const auto bit = std::uint64_t{1} << at;
        if ((progress_.seen & bit) != 0) return repeated_attribute(name);
        progress_.seen |= bit;
        return assign(values, name, std::move(value));
    }
    return unknown_attribute(name, *stanza_);
}

}  // namespace

Result<Definition> parse(std::string_view text, std::string_view file_name) {
    return Reader(text, file_name, Extent::definition).read();
}

Result<Definition> parse_specification(std::string_view text, std::string_view file_name) {
    return Reader(text, file_name, Extent::specification).read();
}

Result<Definition> parse_general(std::string_view text, std::string_view file_name) {
    return Reader(text, file_name, Extent::general_only).read();
}

}  // namespace spec
