#include "unpacker/manifest_lines.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "backup/order.h"
#include "tar/path.h"

namespace unpacker {
namespace {

constexpr std::size_t longest_line = 32768;  // two paths, each byte as three

Error senseless(std::string_view why) {
    return {Kind::invalid, cat("the backup's manifest ", why, "; no savewpar wrote this")};
}

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

// With its end; nothing at the end of all.
Result<std::optional<std::string_view>> ManifestLines::raw() {
    auto* room = room_.release();
    const auto size = ::getline(&room, &size_of_room_, file_.get());
    room_.reset(room);
    if (size < 0 && ::ferror(file_.get()) != 0) return Error::os(errno, "read", "manifest");
    if (size < 0) return std::optional<std::string_view>();
    return std::optional(std::string_view(room, static_cast<std::size_t>(size)));
}

Result<std::optional<backup::Listed>> ManifestLines::next() {
    const auto found = TRY(raw());
    if (!found && !begun_) return senseless("is empty");
    if (!found) return std::optional<backup::Listed>();
    const auto line = *found;
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
    for (;;) {
        const auto line = raw();
        if (!line || !*line || (*line)->size() < 3) return false;
        if ((**line)[2] == static_cast<char>(backup::How::unchanged)) return true;
    }
}

}  // namespace unpacker
