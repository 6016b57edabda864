#include "partition/copies/backup_place.h"

#include <algorithm>

#include "filesystem/attach.h"
#include "os/mount_table.h"
#include "os/real_path.h"
#include "partition/storage.h"

namespace partition::copies {
namespace {

using filesystem::FileSystem;
using filesystem::Type;

bool is_part(const FileSystem& one, const BackupScope& scope) {
    return one.directory == "/" || (one.type != Type::directory && is_backed_up(one, scope));
}

// Something else is mounted over it there.
bool is_covered(const std::string& place, const FileSystem& below,
                const std::vector<FileSystem>& all) {
    return std::any_of(all.begin(), all.end(), [&](const FileSystem& other) {
        return other.type != Type::directory && other.directory != below.directory &&
               os::is_below(other.directory, below.directory) &&
               os::is_below(place, other.directory);
    });
}

// Where its files are in the global environment; empty while they are nowhere.
Result<std::string> top_of(const spec::Definition& definition, const FileSystem& one) {
    if (one.type == Type::bind) return os::real_path(one.device);
    const auto point = global_path(definition, one.directory);
    if (one.type == Type::directory) return os::real_path(point);
    const auto points = TRY(filesystem::mounts_below(TRY(os::real_path(definition.directory()))));
    const auto real = TRY(os::real_path(point));
    return std::find(points.begin(), points.end(), real) == points.end() ? std::string() : real;
}

std::string joined(const std::string& directory, const std::string& rest) {
    return directory == "/" ? rest : cat(directory, rest);
}

}  // namespace

Result<std::vector<std::string>> names_in_tree(const spec::Definition& definition,
                                               const BackupScope& scope, const std::string& path) {
    std::vector<std::string> names;
    const auto all = TRY(file_systems(definition));
    for (const auto& one : all) {
        if (!is_part(one, scope)) continue;
        const auto top = top_of(definition, one);
        if (!top && top.error().kind == Kind::missing) continue;
        if (!top) return top.error();
        if (top->empty() || path == *top || !os::is_below(path, *top)) continue;
        const auto place = joined(one.directory, *top == "/" ? path : path.substr(top->size()));
        if (!is_covered(place, one, all)) names.push_back(place.substr(1));
    }
    return names;
}

}  // namespace partition::copies
