#include "backup/member.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace backup {
namespace {

constexpr std::size_t block = std::size_t{256} << 10;  // read at once

struct FreeEntry {
    void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};
using EntryPointer = std::unique_ptr<archive_entry, FreeEntry>;

bool same_file(const struct stat& one, const struct stat& other) {
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino &&
           (one.st_mode & S_IFMT) == (other.st_mode & S_IFMT);
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

}  // namespace

struct MemberWriter::Impl {
    explicit Impl(Sink given) : sink(std::move(given)) {}
    Sink sink;
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
    Result<void> content(int fd, const std::string& path, Stored& stored);
    Result<UniqueFd> open(const os::Dir& root, const Entry& entry);
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
    : impl_(std::make_unique<Impl>(std::move(sink))) {
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
    TRY(member.content >= 0 ? impl_->content(member.content, member.path, stored)
                            : impl_->data(member.text.data(), member.text.size()));
    return impl_->check(archive_write_finish_entry(impl_->writer));
}

// The descriptor of a link or device is for looking only, and a FIFO must not hold us.
Result<UniqueFd> MemberWriter::Impl::open(const os::Dir& root, const Entry& entry) {
    const auto mode = entry.found.st_mode;
    const bool readable = S_ISREG(mode) || S_ISDIR(mode);
    const int flags = readable ? O_RDONLY | O_NONBLOCK | O_NOATIME : O_PATH;
    const auto path = entry.path.empty() ? std::string(".") : entry.path;
    auto fd =
        TRY(root.open_file({.path = path, .flags = flags | O_NOFOLLOW, .no_symlinks = readable}));
    struct stat now = {};
    if (::fstat(fd.get(), &now) != 0) return Error::os(errno, "stat", entry.path);
    if (!same_file(now, entry.found))
        return Error{Kind::missing, cat("'", printable(entry.path), "' was replaced meanwhile")};
    return fd;
}

Result<void> MemberWriter::Impl::describe(archive_entry* entry, const Entry& given, int fd) {
    archive_entry_copy_pathname(entry, given.path.empty() ? "." : given.path.c_str());
    const auto source = cat("/proc/self/fd/", fd);
    archive_entry_copy_sourcepath(entry, source.c_str());
    const auto mode = given.found.st_mode;
    if (S_ISREG(mode) || S_ISDIR(mode)) {
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

// As many bytes as its header promised, whatever happens to the file meanwhile.
Result<void> MemberWriter::Impl::content(int fd, const std::string& path, Stored& stored) {
    Sha256 digest;
    for (std::uint64_t done = 0; done < stored.size;) {
        const auto wanted = std::min<std::uint64_t>(buffer.size(), stored.size - done);
        auto got = ::pread(fd, buffer.data(), wanted, static_cast<off_t>(done));
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
    stored.digest = digest.digest();
    return {};
}

Result<Stored> MemberWriter::add(const os::Dir& root, const Entry& entry) {
    Stored stored;
    if (S_ISSOCK(entry.found.st_mode)) return Stored{.how = Stored::How::refused};
    auto fd = impl_->open(root, entry);
    if (!fd && (fd.error().kind == Kind::missing || fd.error().os_number == ELOOP))
        return Stored{.how = Stored::How::vanished};
    if (!fd) return fd.error();
    const bool holds_content = S_ISREG(entry.found.st_mode) && entry.same_as.empty();
    Entry now = entry;
    if (holds_content && ::fstat(fd->get(), &now.found) != 0)
        return Error::os(errno, "stat", entry.path);
    const EntryPointer header(archive_entry_new());
    TRY(impl_->describe(header.get(), now, fd->get()));
    TRY(impl_->begin(header.get()).within(printable(entry.path)));
    if (holds_content) {
        stored.size = static_cast<std::uint64_t>(now.found.st_size);
        TRY(impl_->content(fd->get(), entry.path, stored));
        struct stat after = {};
        if (::fstat(fd->get(), &after) != 0) return Error::os(errno, "stat", entry.path);
        if (after.st_size != now.found.st_size || !same_time(after.st_mtim, now.found.st_mtim))
            stored.how = Stored::How::changed;
    }
    TRY(impl_->check(archive_write_finish_entry(impl_->writer)));
    return stored;
}

}  // namespace backup
