#include "tar/unpack.h"

#include <algorithm>

#include "tar/path.h"
#include "tar/whole_file.h"

namespace tar {
namespace {

constexpr std::uint64_t look_after = std::uint64_t{4} << 20U;  // bytes
constexpr std::uint64_t each_file = 4096;                      // what the smallest takes at least

// In the locale's bytes, which are the archive's own; what could not be converted has no name at all.
Result<std::string> text_of(const char* text, std::string_view what) {
    if (text == nullptr) return Error{Kind::invalid, cat("a member of the archive has no ", what)};
    return std::string(text);
}

}  // namespace

Result<void> Unpacker::stream(Stream& from, const Meaning& meaning,
                              const std::function<void(const std::string&)>& watch) {
    auto reader = TRY(Reader::open(from));
    while (auto* entry = TRY(reader.next())) {
        const auto path = TRY(member_path(TRY(text_of(::archive_entry_pathname(entry), "name"))));
        if (++totals_.members > bounds_.members)
            return Error{Kind::invalid,
                         cat("the archive has more than ", bounds_.members, " members")};
        if (meaning && !TRY(meaning(path))) continue;
        TRY(member(reader, entry, path).within("'/", printable(path), "'"));
        if (watch) watch(path);
    }
    return {};
}

Result<void> Unpacker::member(Reader& reader, ::archive_entry* entry, const std::string& path) {
    if (const auto type = ::archive_entry_filetype(entry); path.empty() && type != AE_IFDIR)
        return Error{Kind::invalid, "the root itself is no directory in this archive"};
    if (::archive_entry_hardlink(entry) != nullptr) return hard_link(entry, path);
    const auto what = TRY(metadata_of(entry, path, bounds_.taste));
    TRY(place(reader, entry, path, what));
    if (hands_.mend && (what.mended || !what.trusted.empty())) hands_.mend(path, what);
    return {};
}

Result<void> Unpacker::place(Reader& reader, ::archive_entry* entry, const std::string& path,
                             const Metadata& what) {
    switch (::archive_entry_filetype(entry)) {
        case AE_IFDIR:
            return directory(path, what);
        case AE_IFREG:
            return file(reader, entry, path, what);
        case AE_IFLNK:
            TRY(tree_.make_symlink(path,
                                   TRY(text_of(::archive_entry_symlink(entry), "link target"))));
            return named(path, what, false);
        case AE_IFIFO:
            TRY(tree_.make_fifo(path));
            return named(path, what, true);
        default:
            if (!hands_.device || !TRY(hands_.device(entry, path))) ++totals_.devices;
            return {};
    }
}

// Only to what lies inside: the name is a path below the root, like any other.
Result<void> Unpacker::hard_link(::archive_entry* entry, const std::string& path) {
    const auto to = TRY(member_path(::archive_entry_hardlink(entry)));
    if (to.empty()) return Error{Kind::invalid, "a hard link to the root"};
    return tree_.make_hard_link(path, to);
}

Result<void> Unpacker::directory(const std::string& path, Metadata what) {
    if (!path.empty()) TRY(tree_.make_directory(path));
    const auto made = TRY(tree_.directory(path));
    TRY(apply_to_open(made.fd(), what, path));
    std::erase_if(what.attributes,
                  [](const auto& one) { return one.first != "system.posix_acl_default"; });
    directories_.emplace_back(path, std::move(what));
    return {};
}

Result<void> Unpacker::file(Reader& reader, ::archive_entry* entry, const std::string& path,
                            const Metadata& what) {
    const auto size =
        static_cast<std::uint64_t>(std::max<la_int64_t>(::archive_entry_size(entry), 0));
    if (size > bounds_.file_size)
        return Error{Kind::invalid, cat("a file of ", size >> 30U, " GB")};
    const auto made = TRY(tree_.make_file(path));
    TRY(content(reader, made.get(), path));
    return complete(made.get(), size, what, path);
}

Result<void> Unpacker::content(Reader& reader, int fd, const std::string& path) {
    unchecked_ += each_file;
    while (const auto block = TRY(reader.block())) {
        if (block->offset > bounds_.file_size ||
            block->bytes.size() > bounds_.file_size - block->offset)
            return Error{Kind::invalid, "a file that is larger than it says"};
        if (hands_.content) hands_.content(*block);
        TRY(write_at(fd, *block, path));
        totals_.bytes += block->bytes.size();
        unchecked_ += block->bytes.size();
        if (unchecked_ < look_after) continue;
        unchecked_ = 0;
        TRY(leave(bounds_.reserve, fd));
    }
    return {};
}

Result<void> Unpacker::named(const std::string& path, const Metadata& what, bool has_mode) {
    const auto* above = TRY(tree_.parent(path));
    return apply_to_name({above->fd(), name_of(path), has_mode}, what, path);
}

// One that a later member replaced, or that went away with a layer, is passed over.
Result<void> Unpacker::finish() {
    for (const auto& [path, what] : directories_) {
        const auto made = tree_.directory(path);
        if (!made) continue;
        TRY(apply_default_list(made->fd(), what, path));
        TRY(apply_times(made->fd(), what, path));
    }
    directories_.clear();
    return {};
}

}  // namespace tar
