#include "backup/manifest.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/escape.h"
#include "base/hexadecimal.h"

namespace backup {
namespace {

constexpr std::int64_t second = 1000000000;

std::int64_t nanoseconds(const timespec& time) { return time.tv_sec * second + time.tv_nsec; }

char type_of(const Entry& entry) {
    if (!entry.same_as.empty()) return 'h';
    switch (entry.found.st_mode & S_IFMT) {
        case S_IFDIR:
            return 'd';
        case S_IFLNK:
            return 'l';
        case S_IFIFO:
            return 'p';
        case S_IFCHR:
            return 'c';
        case S_IFBLK:
            return 'b';
        default:
            return 'f';
    }
}

// As write() writes it, and in no other way: no zero before it, no "-0".
template <class Number>
bool read(std::string_view text, Number& number, int base = 10) {
    const auto digits = text.substr(text.starts_with('-') ? 1 : 0);
    if (digits.starts_with('0') && text.size() > 1) return false;
    const auto* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number, base);
    return error == std::errc() && stopped == end;
}

constexpr std::string_view blake3_mark = "b3:";

bool read(std::string_view text, std::optional<NamedDigest>& digest) {
    if (text == "-") return true;
    const bool marked = text.starts_with(blake3_mark);
    if (marked) text.remove_prefix(blake3_mark.size());
    digest = NamedDigest{.algorithm = marked ? Algorithm::blake3 : Algorithm::sha256};
    return read_hexadecimal(text, digest->value);
}

// What it leads to may be missing.
using Fields = std::array<std::string_view, 12>;
std::optional<Fields> fields_of(std::string_view text) {
    Fields fields = {};
    std::size_t count = 0;
    for (bool more = true; more; ++count) {
        if (count == fields.size()) return std::nullopt;
        const auto blank = std::min(text.find(' '), text.size());
        if (blank == 0) return std::nullopt;
        fields[count] = text.substr(0, blank);
        more = blank < text.size();
        text.remove_prefix(more ? blank + 1 : blank);
    }
    return count + 1 < fields.size() ? std::nullopt : std::optional(fields);
}

bool read_numbers(const Fields& field, Listed& line) {
    return read(field[2], line.size) && read(field[3], line.mode, 8) && line.mode <= 07777 &&
           read(field[4], line.uid) && read(field[5], line.gid) && read(field[6], line.mtime) &&
           read(field[7], line.ctime) && read(field[8], line.inode) && read(field[9], line.digest);
}

}  // namespace

std::string text_of(const NamedDigest& digest) {
    const bool marked = digest.algorithm == Algorithm::blake3;
    return cat(marked ? blake3_mark : "", hexadecimal(digest.value));
}

Listed listed(const Entry& entry, const Stored& stored) {
    const auto& found = entry.found;
    const auto identity = entry.identity.value_or(Identity{found.st_ino, found.st_ctim});
    Listed line{.type = type_of(entry),
                .how = stored.how == Stored::How::changed ? How::changed : How::stored,
                .size = stored.size,
                .mode = found.st_mode & 07777,
                .uid = found.st_uid,
                .gid = found.st_gid,
                .mtime = nanoseconds(found.st_mtim),
                .ctime = nanoseconds(identity.ctime),
                .inode = identity.inode,
                .path = entry.path.empty() ? "." : entry.path,
                .to = entry.same_as.empty() ? entry.target : entry.same_as};
    if (line.type == 'f') line.digest = stored.digest;
    return line;
}

std::string write(const Listed& line) {
    char mode[8];
    const auto written = std::to_chars(mode, mode + sizeof mode, line.mode, 8);
    auto text = cat(line.type, " ", static_cast<char>(line.how), " ", line.size, " ",
                    std::string_view(mode, static_cast<std::size_t>(written.ptr - mode)), " ",
                    line.uid, " ", line.gid, " ", line.mtime, " ", line.ctime, " ", line.inode, " ",
                    line.digest ? text_of(*line.digest) : "-", " ", escaped(line.path));
    if (!line.to.empty()) text += cat(" ", escaped(line.to));
    return text += '\n';
}

Result<Listed> parse_line(std::string_view text) {
    const auto wrong = [] {
        return Error{Kind::invalid, "a line of the backup's manifest makes no sense"};
    };
    const auto field = fields_of(text);
    if (!field) return wrong();
    if ((*field)[0].size() != 1 || std::string_view("fdlpcbh").find((*field)[0]) == text.npos)
        return wrong();
    if ((*field)[1].size() != 1 || std::string_view("+!=").find((*field)[1]) == text.npos)
        return wrong();
    Listed line{.type = (*field)[0][0], .how = static_cast<How>((*field)[1][0])};
    auto path = unescaped((*field)[10]);
    auto to = unescaped((*field)[11]);
    if (!read_numbers(*field, line) || !path || path->empty() || !to) return wrong();
    line.path = *std::move(path);
    line.to = *std::move(to);
    return line;
}

}  // namespace backup
