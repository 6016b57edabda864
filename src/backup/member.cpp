#include "backup/member.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "backup/hole.h"
#include "os/file_status.h"

namespace backup {
namespace {

constexpr std::size_t block = std::size_t{256} << 10;  // read at once

struct FreeEntry {
    void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};
using EntryPointer = std::unique_ptr<archive_entry, FreeEntry>;

bool same_file(const struct stat& one, const struct stat& other) {
    return os::same_file(one, other) && (one.st_mode & S_IFMT) == (other.st_mode & S_IFMT);
}

struct Extent {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};
using Map = std::vector<Extent>;

// Where the header says that there is something.
Map map_of(archive_entry* entry, std::uint64_t size) {
    if (archive_entry_sparse_reset(entry) == 0) return {{0, size}};
    Map map;
    la_int64_t offset = 0;
    la_int64_t length = 0;
    while (archive_entry_sparse_next(entry, &offset, &length) == ARCHIVE_OK)
        if (length > 0)
            map.push_back({static_cast<std::uint64_t>(offset), static_cast<std::uint64_t>(length)});
    return map;
}

bool same_time(const timespec& one, const timespec& other) {
    return one.tv_sec == other.tv_sec && one.tv_nsec == other.tv_nsec;
}

// Those of an overlay speak of where its layers are; a reader of the archive must not meet them.
bool is_kept(std::string_view attribute) { return !attribute.starts_with("trusted.overlay."); }

void leave_out_attributes(archive_entry* entry) {
    std::vector<std::pair<std::string, std::string>> kept;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    if (archive_entry_xattr_reset(entry) == 0) return;
    while (archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK)
        if (is_kept(name))
            kept.emplace_back(name, std::string(static_cast<const char*>(value), size));
    archive_entry_xattr_clear(entry);
    for (const auto& [key, text] : kept)
        archive_entry_xattr_add_entry(entry, key.c_str(), text.data(), text.size());
}

// Many programs write a file beside the old one and rename it: the name was never without one.
bool may_stand_for(const struct stat& now, const Entry& entry) {
    const auto& found = entry.found;
    if (same_file(now, found)) return true;
    const bool only_name = entry.same_as.empty() && found.st_nlink == 1;
    return now.st_dev == found.st_dev &&
           ((S_ISREG(now.st_mode) && S_ISREG(found.st_mode) && only_name) ||
            (S_ISDIR(now.st_mode) && S_ISDIR(found.st_mode)));
}

Error gone(const Entry& entry) {
    return {Kind::missing, cat("'", printable(entry.path), "' was replaced meanwhile")};
}

Result<UniqueFd> open(const os::Dir& root, const Entry& entry, struct stat& now) {
    const auto mode = entry.found.st_mode;
    const bool readable = S_ISREG(mode) || S_ISDIR(mode);
    const int flags = readable ? O_RDONLY | O_NONBLOCK | O_NOATIME : O_PATH;
    const auto path = entry.path.empty() ? std::string(".") : entry.path;
    auto fd = root.open_file({.path = path, .flags = flags | O_NOFOLLOW, .no_symlinks = readable});
    if (!fd && fd.error().os_number == ELOOP) return gone(entry);  // a link on the way
    if (!fd) return fd.error();
    if (::fstat(fd->get(), &now) != 0) return Error::os(errno, "stat", entry.path);
    if (!may_stand_for(now, entry)) return gone(entry);
    return fd;
}

// Access lists are attributes, too. Where the list cannot be read, who reads them says why.
bool has_attributes(int fd) { return ::flistxattr(fd, nullptr, 0) != 0; }

// A small file with all its blocks has none; in a larger one, what was only reserved counts as a hole as well.
bool may_have_holes(const struct stat& file) {
    constexpr off_t small = off_t{64} << 10;
    constexpr off_t unit = 512;  // of st_blocks
    return S_ISREG(file.st_mode) && (file.st_size >= small || file.st_blocks * unit < file.st_size);
}

}  // namespace

// The descriptor of a link or device is for looking only, and a FIFO must not hold us.
Result<UniqueFd> open(const os::Dir& root, const Entry& entry) {
    struct stat now = {};
    return open(root, entry, now);
}

struct MemberWriter::Impl {
    Impl(Sink given, bool with_attributes) : sink(std::move(given)), attributes(with_attributes) {}
    Sink sink;
    bool attributes;
    ::archive* writer = nullptr;
    ::archive* reader = nullptr;  // asks the disk for attributes, access lists and holes
    Result<void> failure = {};
    std::array<char, block> buffer = {};
    bool ended = false;

    static la_ssize_t take(::archive*, void* self, const void* data, size_t size);
    Result<void> check(int result);
    Result<void> begin(archive_entry* entry) { return check(archive_write_header(writer, entry)); }
    Result<void> data(const char* bytes, std::size_t size);
    Result<void> describe(archive_entry* entry, const Entry& given, int fd);
    Result<void> content(int fd, const std::string& path, const Map& map, Stored& stored);
    Result<void> hole(std::uint64_t size, Sum& digest);
    Result<void> extent_of(int fd, const std::string& path, const Extent& extent, Sum& digest);
};

la_ssize_t MemberWriter::Impl::take(::archive*, void* self, const void* data, size_t size) {
    auto& impl = *static_cast<Impl*>(self);
    if (impl.ended && !impl.failure) return static_cast<la_ssize_t>(size);
    auto taken = impl.sink({static_cast<const char*>(data), size});
    if (taken) return static_cast<la_ssize_t>(size);
    impl.failure = std::move(taken);
    return -1;
}

Result<void> MemberWriter::Impl::check(int result) {
    if (!failure) return failure;
    if (result >= ARCHIVE_WARN) return {};
    const int number = archive_errno(writer);
    const char* said = archive_error_string(writer);
    return Error{kind_of(number), cat("archive: ", said == nullptr ? "unknown failure" : said),
                 number};
}

Result<void> MemberWriter::Impl::data(const char* bytes, std::size_t size) {
    while (size > 0) {
        const auto written = archive_write_data(writer, bytes, size);
        if (written <= 0) return check(ARCHIVE_FATAL);
        bytes += written;
        size -= static_cast<std::size_t>(written);
    }
    return {};
}

MemberWriter::MemberWriter(Sink sink, bool attributes)
    : impl_(std::make_unique<Impl>(std::move(sink), attributes)) {
    impl_->writer = archive_write_new();
    archive_write_set_format_pax(impl_->writer);
    archive_write_set_bytes_per_block(impl_->writer, 0);
    // attributes as GNU tar knows them
    archive_write_set_options(impl_->writer, "xattrheader=SCHILY");
    archive_write_open(impl_->writer, impl_.get(), nullptr, Impl::take, nullptr);
    impl_->reader = archive_read_disk_new();
    int behaviour = ARCHIVE_READDISK_NO_FFLAGS;
    if (!attributes) behaviour |= ARCHIVE_READDISK_NO_XATTR | ARCHIVE_READDISK_NO_ACL;
    archive_read_disk_set_behavior(impl_->reader, behaviour);
}

MemberWriter::~MemberWriter() {
    impl_->ended = true;  // no trailer: other members follow from elsewhere
    (void)archive_write_free(impl_->writer);
    (void)archive_read_free(impl_->reader);
}

Result<void> MemberWriter::end() {
    static constexpr std::array<char, 1024> zeros = {};
    return impl_->sink({zeros.data(), zeros.size()});
}

Result<void> MemberWriter::add(const OwnMember& member) {
    Stored stored{.size = member.text.size()};
    struct stat file = {};
    if (member.content >= 0 && ::fstat(member.content, &file) != 0)
        return Error::os(errno, "stat", member.path);
    if (member.content >= 0) stored.size = static_cast<std::uint64_t>(file.st_size);
    const EntryPointer entry(archive_entry_new());
    archive_entry_copy_pathname(entry.get(), member.path.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0600);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(stored.size));
    archive_entry_set_mtime(entry.get(), member.time, 0);
    TRY(impl_->begin(entry.get()));
    TRY(member.content >= 0
            ? impl_->content(member.content, member.path, {{0, stored.size}}, stored)
            : impl_->data(member.text.data(), member.text.size()));
    return impl_->check(archive_write_finish_entry(impl_->writer));
}

Result<void> MemberWriter::Impl::describe(archive_entry* entry, const Entry& given, int fd) {
    archive_entry_copy_pathname(entry, given.path.empty() ? "." : given.path.c_str());
    const auto mode = given.found.st_mode;
    const bool readable = fd >= 0 && (S_ISREG(mode) || S_ISDIR(mode));
    if (readable && ((attributes && has_attributes(fd)) || may_have_holes(given.found))) {
        archive_entry_copy_sourcepath(entry, cat("/proc/self/fd/", fd).c_str());
        if (archive_read_disk_entry_from_file(reader, entry, fd, &given.found) < ARCHIVE_WARN)
            return Error::os(archive_errno(reader), "read attributes", given.path);
    } else {
        archive_entry_copy_stat(entry, &given.found);
    }
    leave_out_attributes(entry);
    // what differs from one reading to the next says nothing of the file
    archive_entry_unset_atime(entry);
    archive_entry_unset_ctime(entry);
    if (!given.target.empty()) archive_entry_copy_symlink(entry, given.target.c_str());
    if (!given.same_as.empty()) {
        archive_entry_copy_hardlink(entry, given.same_as.c_str());
        archive_entry_set_size(entry, 0);
        archive_entry_sparse_clear(entry);
    }
    return {};
}

// As many bytes as its header promised, and holes where it said, whatever happens to the file meanwhile.
Result<void> MemberWriter::Impl::content(int fd, const std::string& path, const Map& map,
                                         Stored& stored) {
    Sum digest;
    std::uint64_t done = 0;
    for (const auto& extent : map) {
        TRY(hole(extent.offset - done, digest));
        TRY(extent_of(fd, path, extent, digest));
        done = extent.offset + extent.size;
    }
    TRY(hole(stored.size - done, digest));
    stored.digest = digest.digest();
    return {};
}

// The archive's writer passes over what its map calls a hole.
Result<void> MemberWriter::Impl::hole(std::uint64_t size, Sum& digest) {
    static constexpr std::array<char, block> zeros = {};
    add_hole(digest, size);
    while (size > 0) {
        const auto part = std::min<std::uint64_t>(size, zeros.size());
        TRY(data(zeros.data(), part));
        size -= part;
    }
    return {};
}

Result<void> MemberWriter::Impl::extent_of(int fd, const std::string& path, const Extent& extent,
                                           Sum& digest) {
    for (std::uint64_t done = 0; done < extent.size;) {
        const auto wanted = std::min<std::uint64_t>(buffer.size(), extent.size - done);
        auto got = ::pread(fd, buffer.data(), wanted, static_cast<off_t>(extent.offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error::os(errno, "read", path);
        if (got == 0) {
            std::memset(buffer.data(), 0, wanted);
            got = static_cast<ssize_t>(wanted);
        }
        const auto size = static_cast<std::size_t>(got);
        digest.add({buffer.data(), size});
        TRY(data(buffer.data(), size));
        done += size;
    }
    return {};
}

Result<Stored> MemberWriter::add(const os::Dir& root, const Entry& entry) {
    Stored stored;
    if (S_ISSOCK(entry.found.st_mode)) return Stored{.how = Stored::How::refused};
    const bool directory = S_ISDIR(entry.found.st_mode);
    const bool holds_content = S_ISREG(entry.found.st_mode) && entry.same_as.empty();
    UniqueFd opened;
    Entry now = entry;
    if (!entry.held) {
        auto found = open(root, entry, now.found);
        const bool gone = !found && found.error().kind == Kind::missing;
        if (gone && !directory) return Stored{.how = Stored::How::vanished};
        if (!found && !gone) return found.error();
        if (!found || !(holds_content || directory)) now.found = entry.found;
        if (found) opened = *std::move(found);
    }
    const int fd = entry.held ? entry.held->get() : opened.get();
    if (entry.held && (holds_content || directory) && ::fstat(fd, &now.found) != 0)
        return Error::os(errno, "stat", entry.path);
    const EntryPointer header(archive_entry_new());
    TRY(impl_->describe(header.get(), now, fd));
    stored.size = holds_content ? static_cast<std::uint64_t>(now.found.st_size) : 0;
    const auto map = map_of(header.get(), stored.size);
    TRY(impl_->begin(header.get()).within(printable(entry.path)));
    if (holds_content) {
        TRY(impl_->content(fd, entry.path, map, stored));
        struct stat after = {};
        if (::fstat(fd, &after) != 0) return Error::os(errno, "stat", entry.path);
        if (after.st_size != now.found.st_size || !same_time(after.st_mtim, now.found.st_mtim))
            stored.how = Stored::How::changed;
    }
    TRY(impl_->check(archive_write_finish_entry(impl_->writer)));
    return stored;
}

}  // namespace backup
