#include "unpacker/backup_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/hexadecimal.h"
#include "os/write_all.h"
#include "tar/path.h"
#include "unpacker/frame_stream.h"
#include "unpacker/sequence.h"

namespace unpacker {
namespace {

constexpr std::string_view manifest_path = ".savewpar_dir/manifest";
constexpr std::array front_paths = {".savewpar_dir/wpar.spec", ".savewpar_dir/image.data",
                                    ".savewpar_dir/backup.data"};
constexpr std::size_t longest_text = std::size_t{4} << 20;

Error not_ours(std::string_view why) {
    return {Kind::invalid, cat("this is no backup that savewpar wrote: ", why)};
}

Result<std::string> path_of(::archive_entry* entry) {
    const char* name = ::archive_entry_pathname(entry);
    if (name == nullptr) return Error{Kind::invalid, "a member of the archive has no name"};
    return tar::member_path(name);
}

bool is_file(::archive_entry* entry) {
    return ::archive_entry_filetype(entry) == AE_IFREG &&
           ::archive_entry_hardlink(entry) == nullptr;
}

Result<std::string> text_of(tar::Reader& reader, std::string_view path) {
    auto* entry = TRY(reader.next());
    if (entry == nullptr) return not_ours(cat("it ends before '", path, "'"));
    if (TRY(path_of(entry)) != path) return not_ours(cat("'", path, "' is not where it belongs"));
    if (!is_file(entry)) return not_ours(cat("'", path, "' is no file"));
    tar::MemberStream content(reader);
    return tar::read_all(content, longest_text).within("'", path, "'");
}

// zstd's magic number, and those of its frames that readers skip
bool is_compressed(int file) {
    std::array<unsigned char, 4> head = {};
    if (::pread(file, head.data(), head.size(), 0) != 4) return false;
    constexpr std::array<unsigned char, 4> magic = {0x28, 0xB5, 0x2F, 0xFD};
    return head == magic;
}

bool is_archive(int file) {
    std::array<char, 5> magic = {};
    constexpr off_t place = 257;
    return ::pread(file, magic.data(), magic.size(), place) == 5 &&
           std::string_view(magic.data(), magic.size()) == "ustar";
}

// Some say themselves what they speak of, which may be an earlier one.
Error named(const Error& error, const std::string& path) {
    return error.text.starts_with("'/") ? error : error.within(cat("'/", printable(path), "'"));
}

Result<void> copy_manifest(tar::Reader& reader, ::archive_entry* entry, int to) {
    if (!is_file(entry)) return not_ours("its manifest is no file");
    while (const auto block = TRY(reader.block()))
        TRY(os::write_all(to, {block->bytes.data(), block->bytes.size()}, "manifest"));
    if (TRY(reader.next()) != nullptr) return not_ours("something follows its manifest");
    return {};
}

}  // namespace

Result<BackupFile> BackupFile::open(int file, unsigned threads) {
    struct stat found = {};
    if (::fstat(file, &found) != 0) return Error::os(errno, "stat", "backup");
    if (found.st_size == 0) return not_ours("it is empty");
    const auto size = static_cast<std::uint64_t>(found.st_size);
    BackupFile opened(file, size, threads);
    if (!is_compressed(file) && !is_archive(file))
        return not_ours("it is neither compressed with zstd nor a tar archive");
    if (!is_compressed(file)) return opened;
    opened.tables_ = TRY(backup::read_tables(file, size));
    return opened;
}

std::string BackupFile::digest() const {
    return tables_ ? hexadecimal(tables_->whole) : std::string();
}

std::uint64_t BackupFile::unpacked() const {
    if (!tables_) return size_;
    std::uint64_t sum = 0;
    for (const auto& frame : tables_->frames.all) sum += frame.plain;
    return sum;
}

std::unique_ptr<tar::Stream> BackupFile::stream(bool tree, unsigned threads) const {
    if (!tables_) return std::make_unique<tar::FileStream>(file_);
    const auto& frames = tables_->frames;
    const auto end = static_cast<std::uint32_t>(frames.all.size());
    const FrameRange range =
        tree ? FrameRange{0, frames.manifest} : FrameRange{frames.manifest, end};
    return std::make_unique<FrameStream>(file_, frames, range, threads);
}

Result<Front> BackupFile::front() {
    const auto from = stream(true, 0);  // what comes after it is not read
    auto reader = TRY(tar::Reader::open(*from, tar::Reader::Packing::none));
    Front found;
    found.spec = TRY(text_of(reader, front_paths[0]));
    found.image_data = TRY(text_of(reader, front_paths[1]));
    found.backup_data = TRY(text_of(reader, front_paths[2]));
    return found;
}

Result<void> BackupFile::manifest(int to) {
    const auto from = stream(false, 0);
    auto reader = TRY(tar::Reader::open(*from, tar::Reader::Packing::none));
    Sequence sequence;
    bool in_tree = false;
    while (auto* entry = TRY(reader.next())) {
        const auto path = TRY(path_of(entry));
        if (path.empty()) in_tree = true;
        const bool of_tree = in_tree && sequence.is_below(".savewpar_dir");
        if (path == manifest_path && !of_tree) return copy_manifest(reader, entry, to);
        if (tables_) return not_ours("its manifest is not where the table says");
        if (!in_tree) continue;
        TRY(sequence.take(path, ::archive_entry_filetype(entry) == AE_IFDIR));
    }
    return not_ours("it has no manifest; it was cut short, or written by another program");
}

Result<void> BackupFile::members(const Visit& visit) {
    const auto from = ahead_ ? std::move(ahead_) : stream(true, threads_);
    if (tables_) visited_ = static_cast<const FrameStream*>(from.get());
    auto reader = TRY(tar::Reader::open(*from, tar::Reader::Packing::none));
    for (const auto* path : front_paths) (void)TRY(text_of(reader, path));
    Sequence sequence;
    while (auto* entry = TRY(reader.next())) {
        const auto path = TRY(path_of(entry));
        if (!tables_ && path == manifest_path && !sequence.is_below(".savewpar_dir")) return {};
        const bool directory = ::archive_entry_filetype(entry) == AE_IFDIR &&
                               ::archive_entry_hardlink(entry) == nullptr;
        TRY(sequence.take(path, directory));
        if (auto done = visit(reader, entry, path); !done) return named(done.error(), path);
    }
    return {};
}

}  // namespace unpacker
