#include "partition/software/sync_room.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "base/size.h"
#include "filesystem/grow.h"
#include "os/dir.h"
#include "partition/storage.h"
#include "rootpart/inside.h"

namespace partition::software {
namespace {

constexpr std::uint64_t margin = 4 << 20;
constexpr std::uint64_t step = 4 << 20;  // sizes stay whole numbers of megabytes, and of extents

struct Sum {
    std::uint64_t bytes = 0;
    std::uint64_t files = 0;
};

Result<std::uint64_t> missing_in(const spec::Definition& definition, const std::string& directory,
                                 const Sum& sum) {
    const auto base = TRY(os::Dir::open(definition.directory()));
    const auto top = TRY(rootpart::directory_inside(base, directory.substr(1)));
    struct statvfs room = {};
    if (::fstatvfs(top.fd(), &room) != 0) return Error::os(errno, "statvfs", directory);
    const auto wanted = sum.bytes + sum.bytes / 8 + margin;
    const auto free = room.f_bavail * room.f_frsize;
    auto missing = wanted > free ? wanted - free : 0;
    // where inodes are counted, they come with room
    constexpr std::uint64_t bytes_per_inode = 16384;
    if (room.f_files != 0 && room.f_favail < sum.files)
        missing = std::max(missing, (sum.files - room.f_favail) * bytes_per_inode);
    return missing;
}

}  // namespace

Result<std::vector<Shortage>> shortages(const spec::Definition& definition,
                                        const std::vector<rootpart::PathNeed>& needs) {
    std::map<std::string, Sum> sums;
    for (const auto& need : needs) {
        const auto own =
            TRY(own_file_system(definition, need.path.starts_with("var/") ? "/var" : "/"));
        if (!own || !own->device.empty()) continue;  // a device has the size that it has
        auto& sum = sums[own->directory];
        sum.bytes += need.bytes;
        ++sum.files;
    }
    std::vector<Shortage> all;
    for (const auto& [directory, sum] : sums)
        if (const auto bytes = TRY(missing_in(definition, directory, sum)); bytes != 0)
            all.push_back({directory, bytes});
    return all;
}

Result<spec::Definition> with_room(const spec::Definition& definition,
                                   const std::vector<Shortage>& shortages) {
    auto larger = definition;
    for (const auto& shortage : shortages) {
        const auto own = TRY(own_file_system(definition, shortage.directory));
        if (!own) continue;
        const auto present = TRY(filesystem::backing_size(*own));
        const auto wanted = present + shortage.bytes + shortage.bytes / 4;
        for (auto& mount : larger.mounts)
            if (mount.directory == shortage.directory)
                mount.size = show_size((wanted + step - 1) / step * step);
    }
    return larger;
}

}  // namespace partition::software
