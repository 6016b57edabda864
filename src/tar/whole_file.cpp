#include "tar/whole_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "tar/room.h"
#include "tar/tree.h"

namespace tar {
namespace {

constexpr std::uint64_t worth_a_start = 65536;  // bytes

Error failed(std::string_view step, const std::string& path) {
    return Error::os(errno, step, cat("/", printable(path)));
}

}  // namespace

Result<void> write_at(int fd, const Reader::Block& block, const std::string& path) {
    std::size_t done = 0;
    while (done < block.bytes.size()) {
        const auto rest = block.bytes.subspan(done);
        const auto put =
            ::pwrite(fd, rest.data(), rest.size(), static_cast<off_t>(block.offset + done));
        if (put < 0 && errno == EINTR) continue;
        if (put < 0 && errno == ENOSPC) return too_full();
        if (put < 0) return failed("write", path);
        done += static_cast<std::size_t>(put);
    }
    return {};
}

Result<void> complete(int fd, std::uint64_t size, const Metadata& what, const std::string& path) {
    struct stat found = {};
    if (::fstat(fd, &found) != 0) return failed("stat", path);
    if (static_cast<std::uint64_t>(found.st_size) != size &&
        ::ftruncate(fd, static_cast<off_t>(size)) != 0)
        return failed("truncate", path);
    TRY(apply_to_new(fd, found, what, path));
    TRY(apply_times(fd, what, path));
    // on its way to the disk while others are made; that it arrived is seen at the end of all
    if (size >= worth_a_start) (void)::sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
    return {};
}

Result<UniqueFd> make(const WholeFile& file) {
    auto made = TRY(make_file(*file.above, file.path));
    for (const auto& block : file.blocks) TRY(write_at(made.get(), block, file.path));
    TRY(complete(made.get(), file.size, file.what, file.path));
    return made;
}

}  // namespace tar
