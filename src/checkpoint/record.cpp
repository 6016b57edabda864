#include <array>
#include <charconv>

#include "base/escape.h"
#include "base/text.h"
#include "checkpoint/image.h"

namespace checkpoint {
namespace {

constexpr std::size_t most_lines = 100'000;

// "key VALUE [VALUE ...]", values escaped.
class Writer {
  public:
    template <class... Values>
    void add(std::string_view key, const Values&... values) {
        text_ += key;
        ((text_ += cat(" ", escaped(values))), ...);
        text_ += '\n';
    }
    std::string text() { return std::move(text_); }

  private:
    std::string text_;
};

struct Field {
    std::string_view key;
    std::string Record::*place;
};
constexpr std::array fields = {
    Field{"name", &Record::name},     Field{"uuid", &Record::uuid},
    Field{"made", &Record::made},     Field{"corral", &Record::corral},
    Field{"kernel", &Record::kernel}, Field{"machine", &Record::machine},
    Field{"life", &Record::life},     Field{"control_group", &Record::control_group}};

Error damaged(std::string_view line) {
    return {Kind::other,
            cat("its record has a line that is none: '", printable(line.substr(0, 80)), "'")};
}

using Values = std::vector<std::string>;

template <class Number>
bool number(const std::string& text, Number& to, int base = 10) {
    const auto* const end = text.data() + text.size();
    const auto done = std::from_chars(text.data(), end, to, base);
    return done.ec == std::errc() && done.ptr == end;
}

// Relative, and nothing but names.
bool is_group_path(const std::string& path) {
    for (const auto& part : split(path, '/'))
        if (part.empty() || part == "." || part == "..") return false;
    return true;
}

bool take_group(const Values& values, Record& record) {
    GroupDirectory one;
    if (values.size() != 4 || !is_group_path(values[0]) || !number(values[1], one.owner) ||
        !number(values[2], one.group) || !number(values[3], one.mode, 8))
        return false;
    one.path = values[0];
    record.groups.push_back(std::move(one));
    return true;
}

bool take_stream(const Values& values, Record& record) {
    Stream one;
    if (values.size() != 3 || !number(values[0], one.place) || one.place < 0 || one.place > 2)
        return false;
    one.key = values[1];
    one.has_content = values[2] == "content";
    record.streams.push_back(std::move(one));
    return true;
}

bool take_file(const Values& values, Record& record) {
    WrittenFile one;
    if (values.size() != 4 || !values[0].starts_with('/') || !number(values[1], one.inode) ||
        !number(values[2], one.bytes) || !number(values[3], one.born))
        return false;
    one.path = values[0];
    record.files.push_back(std::move(one));
    return true;
}

bool is_pair(const Values& values) { return values.size() == 2 && values[0].starts_with('/'); }

bool is_kept(const Values& values) {
    return values.size() == 3 && values[0].starts_with('/') && to_number(values[1]);
}

bool take_list(const std::string& key, const Values& values, Record& record) {
    if (key == "group") return take_group(values, record);
    if (key == "stream") return take_stream(values, record);
    if (key == "file") return take_file(values, record);
    if (key == "mount" && is_pair(values))
        record.mounts.emplace_back(values[0], values[1]);
    else if (key == "kept" && is_kept(values))
        record.kept.push_back({values[0], values[1], values[2] == "ro"});
    else
        return false;
    return true;
}

bool take(const std::string& key, const Values& values, Record& record) {
    if (key == "first_id") return values.size() == 1 && number(values[0], record.first_id);
    if (key == "ended") {
        record.ended = values.size() == 1 && values[0] == "yes";
        return values.size() == 1;
    }
    for (const auto& field : fields)
        if (key == field.key && values.size() == 1) {
            record.*field.place = values[0];
            return true;
        }
    return take_list(key, values, record);
}

bool take_line(const std::string& line, Record& record) {
    auto parts = split(line, ' ');
    if (parts.size() < 2) return false;
    Values values;
    for (std::size_t place = 1; place < parts.size(); ++place) {
        auto value = unescaped(parts[place]);
        if (!value) return false;
        values.push_back(*std::move(value));
    }
    return take(parts[0], values, record);
}

}  // namespace

std::string write(const Record& record) {
    Writer out;
    out.add("format", std::string(format));
    for (const auto& field : fields) out.add(field.key, record.*field.place);
    out.add("first_id", std::to_string(record.first_id));
    out.add("ended", std::string(record.ended ? "yes" : "no"));
    for (const auto& [point, key] : record.mounts) out.add("mount", point, key);
    for (const auto& one : record.kept)
        out.add("kept", one.point, one.name, std::string(one.read_only ? "ro" : "rw"));
    for (const auto& one : record.streams)
        out.add("stream", std::to_string(one.place), one.key,
                std::string(one.has_content ? "content" : "empty"));
    for (const auto& one : record.files)
        out.add("file", one.path, std::to_string(one.inode), std::to_string(one.bytes),
                std::to_string(one.born));
    for (const auto& one : record.groups) {
        std::array<char, 16> mode = {};
        const auto end = std::to_chars(mode.data(), mode.data() + mode.size(), one.mode, 8).ptr;
        out.add("group", one.path, std::to_string(one.owner), std::to_string(one.group),
                std::string(mode.data(), end));
    }
    return out.text();
}

Result<Record> read(std::string_view text) {
    const auto lines = split(text, '\n');
    if (lines.front() != cat("format ", format))
        return Error{Kind::unsupported,
                     cat("its record begins with '", printable(lines.front().substr(0, 80)),
                         "': it was made by another version of Corral")};
    if (lines.size() > most_lines || !lines.back().empty())
        return Error{Kind::other, "its record is not whole"};
    Record record;
    for (std::size_t place = 1; place + 1 < lines.size(); ++place)
        if (!take_line(lines[place], record)) return damaged(lines[place]);
    return record;
}

}  // namespace checkpoint
