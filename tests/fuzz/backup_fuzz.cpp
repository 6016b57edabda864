// Any bytes as a backup: as the whole file, as the archive in frames whose digests are right, as a manifest, and as a list
// that --since goes by. Nothing may crash or go on for ever; members come in the one order there is, each below its parent.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string_view>

#include "backup/base_list.h"
#include "backup/order.h"
#include "base/fd.h"
#include "unpacker/backup_file.h"
#include "unpacker/comparison.h"

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

UniqueFd file_of(std::string_view bytes) {
    UniqueFd file(::memfd_create("fuzz", MFD_CLOEXEC));
    must(static_cast<bool>(file));
    must(::write(file.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    must(::lseek(file.get(), 0, SEEK_SET) == 0);
    return file;
}

Result<void> read_content(tar::Reader& reader, ::archive_entry* entry) {
    if (::archive_entry_filetype(entry) != AE_IFREG) return {};
    for (int blocks = 0; blocks < 64; ++blocks)  // holes may be large
        if (!TRY(reader.block())) return {};
    return {};
}

Result<void> read_backup(int file) {
    auto backup = TRY(unpacker::BackupFile::open(file, 1));
    (void)TRY(backup.front());
    const auto manifest = file_of("");
    TRY(backup.manifest(manifest.get()));
    unpacker::Comparison comparison(TRY(unpacker::ManifestLines::open(manifest.get())));
    std::set<std::string> directories;
    std::string last;
    TRY(backup.members([&](tar::Reader& reader, ::archive_entry* entry,
                           const std::string& path) -> Result<void> {
        must(directories.empty() || backup::walks_before(last, path));
        const auto slash = path.rfind('/');
        must(path.empty() || directories.contains(path.substr(0, std::min(slash, path.size()))) ||
             (slash == std::string::npos && directories.contains("")));
        if (::archive_entry_filetype(entry) == AE_IFDIR) directories.insert(path);
        last = path;
        (void)TRY(comparison.begin(entry, path));
        return read_content(reader, entry);
    }));
    return comparison.finish();
}

// The same bytes as an archive in frames, the manifest's beginning where the first two say: so that digests stand in
// nobody's way.
std::string framed(std::string_view archive, std::size_t at) {
    backup::Compressor compressor(1);
    backup::Frames frames;
    std::string whole;
    const auto add = [&](std::string_view plain) {
        if (plain.empty()) return;
        auto frame = compressor.compress(plain);
        must(static_cast<bool>(frame));
        whole += frame->bytes;
        frames.all.push_back(frame->record);
    };
    add(archive.substr(0, at));
    frames.manifest = static_cast<std::uint32_t>(frames.all.size());
    add(archive.substr(at));
    return whole + backup::tables(frames);
}

void read_as_lines(std::string_view text) {
    const auto file = file_of(text);
    auto lines = unpacker::ManifestLines::open(file.get());
    must(static_cast<bool>(lines));
    std::string last;
    for (bool first = true;; first = false) {
        const auto line = lines->next();
        if (!line || !*line) break;
        must(first == (*line)->path.empty());
        must(first || backup::walks_before(last.empty() ? "." : last, (*line)->path));
        last = (*line)->path;
    }
    for (const auto& one : split(text, '\n')) {
        const auto line = backup::parse_line(one);
        if (line) must(backup::write(*line) == cat(one, "\n"));
    }
}

void read_as_base(std::string_view text) {
    const auto file = file_of(text);
    auto base = backup::BaseList::open(file.get());
    if (!base) return;
    for (const std::string path : {"", "bin", "bin/env", "srv/a b", "srv/name", "var"}) {
        backup::Entry entry{.path = path};
        entry.found.st_mode = S_IFREG | 0644;
        entry.found.st_size = 5;
        const auto found = base->unchanged(entry);
        if (!found) return;
        if (*found) must((*found)->path == path && (*found)->size == 5 && (*found)->type == 'f');
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)read_backup(file_of(text).get());
    read_as_lines(text);
    read_as_base(text);
    if (size < 2) return 0;
    const auto archive = text.substr(2);
    const auto at = (std::size_t{data[0]} * 256 + data[1]) * 512;
    (void)read_backup(file_of(framed(archive, std::min(at, archive.size()))).get());
    return 0;
}
