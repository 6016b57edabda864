#include "partition/copies/backup_names.h"

#include <stdio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include "base/escape.h"
#include "base/fd.h"
#include "base/text.h"

namespace partition::copies {
namespace {

constexpr std::size_t most_fields = 12;  // the last, what a link leads to, may be missing

struct Close {
    void operator()(FILE* file) const { (void)::fclose(file); }
};
struct Line {
    char* text = nullptr;
    std::size_t room = 0;
    Line() = default;
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;
    ~Line() { std::free(text); }
};

}  // namespace

Result<BackupName> parse_name(std::string_view line) {
    const Error wrong{Kind::invalid, "a line of the backup's manifest makes no sense"};
    std::array<std::string_view, most_fields> field = {};
    std::size_t count = 0;
    for (bool more = true; more && count < most_fields; ++count) {
        const auto blank = line.find(' ');
        field[count] = line.substr(0, blank);
        more = blank != std::string_view::npos;
        line.remove_prefix(more ? blank + 1 : line.size());
    }
    if (count + 1 < most_fields || field[0].size() != 1 || field[1].size() != 1) return wrong;
    const auto size = to_number(field[2]);
    auto path = unescaped(field[10]);
    auto to = unescaped(field[11]);
    if (!size || !path || !to) return wrong;
    return BackupName{field[0][0],    field[1][0],
                      *size,          *std::move(path),
                      *std::move(to), std::string(field[9] == "-" ? "" : field[9])};
}

Result<void> each_name(int manifest, const std::function<Result<void>(const BackupName&)>& see) {
    UniqueFd own(::dup(manifest));
    if (!own || ::lseek(own.get(), 0, SEEK_SET) != 0) return Error::os(errno, "read", "manifest");
    const std::unique_ptr<FILE, Close> file(::fdopen(own.get(), "r"));
    if (!file) return Error::os(errno, "open", "manifest");
    (void)own.release();  // the stream's now
    Line line;
    ssize_t size = 0;
    while ((size = ::getline(&line.text, &line.room, file.get())) > 0) {
        const auto name =
            TRY(parse_name(trim(std::string_view(line.text, static_cast<std::size_t>(size)))));
        TRY(see(name));
    }
    return {};
}

bool is_at_or_below(std::string_view path, std::string_view top) {
    if (top.empty() || top == "." || path == top) return true;
    return path.size() > top.size() && path[top.size()] == '/' && path.starts_with(top);
}

}  // namespace partition::copies
