#include "unpacker/manifest_lines.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "backup/order.h"
#include "tar/path.h"

namespace unpacker {
namespace {

constexpr std::size_t longest_line = 32768;  // two paths, each byte as three

Error senseless(std::string_view why) {
    return {Kind::invalid, cat("the backup's manifest ", why, "; no savewpar wrote this")};
}

struct FreeLine {
    void operator()(char* line) const { ::free(line); }
};

}  // namespace

Result<ManifestLines> ManifestLines::open(int file) {
    UniqueFd own(::fcntl(file, F_DUPFD_CLOEXEC, 3));
    if (!own || ::lseek(own.get(), 0, SEEK_SET) < 0) return Error::os(errno, "open", "manifest");
    ManifestLines lines;
    lines.file_.reset(::fdopen(own.get(), "r"));
    if (!lines.file_) return Error::os(errno, "open", "manifest");
    (void)own.release();  // the stream's now
    return lines;
}

Result<std::optional<backup::Listed>> ManifestLines::next() {
    char* given = nullptr;
    std::size_t room = 0;
    const auto size = ::getline(&given, &room, file_.get());
    const std::unique_ptr<char, FreeLine> held(given);
    if (size < 0 && ::ferror(file_.get()) != 0) return Error::os(errno, "read", "manifest");
    if (size < 0 && !begun_) return senseless("is empty");
    if (size < 0) return std::optional<backup::Listed>();
    const std::string_view line(given, static_cast<std::size_t>(size));
    if (!line.ends_with('\n') || line.size() > longest_line) return senseless("is damaged");
    auto listed = TRY(backup::parse_line(line.substr(0, line.size() - 1)));
    const bool first = !std::exchange(begun_, true);
    if (first != (listed.path == ".")) return senseless("does not begin with the top directory");
    if (first) listed.path.clear();
    if (TRY(tar::member_path(listed.path)) != listed.path) return senseless("names no path");
    if (!first && !last_.empty() && !backup::walks_before(last_, listed.path))
        return senseless("is not in order");
    last_ = listed.path;
    return std::optional(std::move(listed));
}

Result<std::optional<backup::Listed>> ManifestLines::next_stored() {
    for (;;) {
        auto line = TRY(next());
        if (!line || line->how != backup::How::unchanged) return line;
    }
}

bool ManifestLines::any_unchanged() {
    char* line = nullptr;
    std::size_t room = 0;
    bool found = false;
    while (!found && ::getline(&line, &room, file_.get()) > 2)
        found = line[2] == static_cast<char>(backup::How::unchanged);
    ::free(line);
    return found;
}

}  // namespace unpacker
