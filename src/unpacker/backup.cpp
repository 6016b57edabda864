#include "unpacker/backup.h"

#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/escape.h"
#include "os/write_all.h"
#include "tar/path.h"
#include "unpack/protocol.h"
#include "unpacker/restorer.h"

namespace unpacker {
namespace {

constexpr unsigned most_threads = 6;  // each has two or three frames on its way
constexpr unsigned most_makers = 4;
constexpr std::size_t most_wanted = std::size_t{16} << 20;
constexpr std::uint64_t tell_after = 256;

struct Sums {
    std::uint64_t names = 0;
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
    std::uint64_t stored = 0;
    std::uint64_t stored_names = 0;
    std::uint64_t unchanged = 0;
    std::uint64_t changed = 0;
};

Result<Sums> sum_up() {
    Sums sums;
    auto lines = TRY(ManifestLines::open(unpack::manifest_fd));
    while (const auto line = TRY(lines.next())) {
        const bool stored = line->how != backup::How::unchanged;
        const auto size = line->type == 'f' ? line->size : 0;
        ++sums.names;
        sums.files += line->type == 'f' ? 1 : 0;
        sums.bytes += size;
        sums.stored += stored ? size : 0;
        sums.stored_names += stored ? 1 : 0;
        sums.unchanged += stored ? 0 : 1;
        sums.changed += line->how == backup::How::changed ? 1 : 0;
    }
    return sums;
}

Result<void> tell_sums(const Sums& sums, const Told& told) {
    TRY(told.fact("names", std::to_string(sums.names)));
    TRY(told.fact("files", std::to_string(sums.files)));
    TRY(told.fact("bytes", std::to_string(sums.bytes)));
    TRY(told.fact("stored", std::to_string(sums.stored)));
    TRY(told.fact("stored-names", std::to_string(sums.stored_names)));
    TRY(told.fact("unchanged", std::to_string(sums.unchanged)));
    return told.fact("changed", std::to_string(sums.changed));
}

Result<void> describe(BackupFile& file, const Told& told) {
    const auto front = TRY(file.front());
    TRY(file.manifest(unpack::manifest_fd));
    for (const auto& [name, text] : {std::pair("spec", &front.spec),
                                     {"image.data", &front.image_data},
                                     {"backup.data", &front.backup_data}}) {
        TRY(os::write_all(unpack::texts_fd, *text, "texts"));
        TRY(told.fact(name, std::to_string(text->size())));
    }
    if (file.framed()) TRY(told.fact("digest", file.digest()));
    TRY(told.fact("size", std::to_string(file.size())));
    TRY(told.fact("unpacked", std::to_string(file.unpacked())));
    return tell_sums(TRY(sum_up()), told);
}

Result<void> check_member(tar::Reader& reader, const BackupFile& file, const backup::Listed& line,
                          Hasher& hasher) {
    hasher.begin(line);
    while (const auto block = TRY(reader.block())) hasher.add(*block, file.holder(block->bytes));
    return hasher.end(line);
}

Result<RestoreWish> read_wish(bool attributes) {
    tar::FileStream stream(unpack::wanted_fd);
    const auto text = TRY(tar::read_all(stream, most_wanted));
    RestoreWish wish{.attributes = attributes};
    for (const auto& name : split(text, '\0')) {
        if (name.empty()) continue;
        auto& list = name.front() == '-' ? wish.skip : wish.only;
        list.push_back(TRY(tar::member_path(std::string_view(name).substr(1))));
    }
    return wish;
}

Result<void> empty_manifest() {
    if (::ftruncate(unpack::manifest_fd, 0) == 0 && ::lseek(unpack::manifest_fd, 0, SEEK_SET) == 0)
        return {};
    return Error::os(errno, "truncate", "manifest");
}

}  // namespace

unsigned threads_for_backups() {
    cpu_set_t usable;
    CPU_ZERO(&usable);
    if (::sched_getaffinity(0, sizeof usable, &usable) != 0) return 1;
    return std::clamp<unsigned>(static_cast<unsigned>(CPU_COUNT(&usable)), 1, most_threads);
}

unsigned threads_that_make() { return std::min(threads_for_backups(), most_makers); }

// Those of the frames, those that make files, and one for the digests of large ones.
unsigned threads_that_restore() { return threads_for_backups() + threads_that_make() + 1; }

Result<void> describe_backup(const Told& told) {
    auto file = TRY(BackupFile::open(unpack::image_fd, threads_for_backups()));
    return describe(file, told);
}

Result<void> verify_backup(const Told& told) {
    auto file = TRY(BackupFile::open(unpack::image_fd, threads_for_backups()));
    file.read_ahead();
    TRY(describe(file, told));
    Comparison comparison(TRY(ManifestLines::open(unpack::manifest_fd)));
    Hasher hasher;
    std::uint64_t names = 0;
    std::uint64_t bytes = 0;
    TRY(file.members(
        [&](tar::Reader& reader, ::archive_entry* entry, const std::string& path) -> Result<void> {
            const auto line = TRY(comparison.begin(entry, path));
            bytes += line.type == 'f' ? line.size : 0;
            if (++names % tell_after == 0) told.progress(names, bytes);
            return line.type == 'f' ? check_member(reader, file, line, hasher) : Result<void>();
        }));
    TRY(hasher.finish());
    return comparison.finish();
}

Result<void> restore_backups(const os::Dir& root, std::string_view wish, const Chain& chain,
                             const Told& told) {
    Restorer restorer(root, TRY(read_wish(wish != "plain")), told.progress, threads_that_make());
    for (unsigned number = 0; number < chain.files; ++number) {
        auto file = TRY(
            BackupFile::open(unpack::chain_fd + static_cast<int>(number), threads_for_backups()));
        file.read_ahead();
        TRY(empty_manifest());
        (void)TRY(file.front());
        TRY(file.manifest(unpack::manifest_fd));
        TRY(restorer.add(file, unpack::manifest_fd));
        if (number > 0 || chain.over) TRY(restorer.prune(unpack::manifest_fd));
    }
    TRY(restorer.finish());
    for (const auto& mend : restorer.mends()) TRY(told.mend(unpack::write(mend)));
    TRY(told.fact("names", std::to_string(restorer.names())));
    TRY(told.fact("bytes", std::to_string(restorer.bytes())));
    TRY(told.fact("removed", std::to_string(restorer.removed())));
    TRY(told.fact("left-out", std::to_string(restorer.left_out())));
    for (const auto& name : restorer.missed()) TRY(told.fact("missed", escaped(name)));
    return {};
}

}  // namespace unpacker
