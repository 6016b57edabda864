#include "unpacker/comparison.h"

#include <archive_entry.h>

#include "backup/order.h"
#include "tar/path.h"
#include "tar/unpack.h"

namespace unpacker {
namespace {

char type_of(::archive_entry* entry) {
    if (::archive_entry_hardlink(entry) != nullptr) return 'h';
    switch (::archive_entry_filetype(entry)) {
        case AE_IFREG:
            return 'f';
        case AE_IFDIR:
            return 'd';
        case AE_IFLNK:
            return 'l';
        case AE_IFIFO:
            return 'p';
        case AE_IFCHR:
            return 'c';
        case AE_IFBLK:
            return 'b';
        default:
            return '?';
    }
}

std::string target_of(::archive_entry* entry, char type) {
    const char* found = type == 'h'   ? ::archive_entry_hardlink(entry)
                        : type == 'l' ? ::archive_entry_symlink(entry)
                                      : nullptr;
    return found == nullptr ? "" : found;
}

Error differs(std::string_view what) {
    return {Kind::invalid, cat("its ", what, " is not what the backup's manifest says")};
}

// Another name of a file that came before.
Result<void> check_link(const std::string& path, const std::string& to) {
    if (TRY(tar::member_path(to)) == to && !to.empty() && backup::walks_before(to, path)) return {};
    return Error{Kind::invalid,
                 cat("it is a hard link to '", printable(to), "', which comes later")};
}

}  // namespace

Result<backup::Listed> Comparison::begin(::archive_entry* entry, const std::string& path) {
    auto line = TRY(lines_.next_stored());
    if (!line) return Error{Kind::invalid, "the backup's manifest does not know it"};
    if (line->path != path)
        return Error{Kind::invalid,
                     cat("the backup's manifest has '/", printable(line->path), "' in its place")};
    const char type = type_of(entry);
    if (line->type != type) return differs("type");
    if (line->to != target_of(entry, type)) return differs("target");
    if (type == 'h') TRY(check_link(path, line->to));
    const auto size = ::archive_entry_size(entry);
    if (type == 'f' && (size < 0 || static_cast<std::uint64_t>(size) != line->size))
        return differs("size");
    if (line->size > tar::Bounds().file_size)
        return Error{Kind::invalid, cat("a file of ", line->size >> 30U, " GB")};
    return *std::move(line);
}

Result<void> Comparison::check(const backup::Listed& line, const backup::NamedDigest& digest) {
    if (line.digest && *line.digest == digest) return {};
    return Error{Kind::invalid,
                 cat("its content has the digest ", text_of(digest), ", and the manifest says ",
                     line.digest ? text_of(*line.digest) : "none")};
}

Result<void> Comparison::finish() {
    const auto line = TRY(lines_.next_stored());
    if (!line) return {};
    return Error{Kind::invalid, cat("'/", printable(line->path),
                                    "' is in the backup's manifest, but not in the backup")};
}

}  // namespace unpacker
