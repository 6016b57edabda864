#include "partition/server.h"

#include "launch/nfs.h"
#include "launch/tree.h"
#include "partition/start_plan.h"

namespace partition {
namespace {

bool has_server(const spec::Definition& definition) {
    for (const auto& mount : definition.mounts)
        if (launch::is_nfs(mount.vfs)) return true;
    return false;
}

// On one directory, or on all.
Result<void> try_mounts(const spec::Definition& definition, const std::string* directory) {
    if (!has_server(definition)) return {};
    for (const auto& mount : TRY(launch_mounts(definition))) {
        if (!launch::is_nfs(mount.type)) continue;
        if (directory != nullptr && mount.target != *directory) continue;
        const auto made = launch::make(mount, {});
        if (!made) return made.error().within(cat("-M directory=", mount.target));
    }
    return {};
}

}  // namespace

Result<void> check_server(const spec::Definition& definition, const std::string& directory) {
    return try_mounts(definition, &directory);
}

Result<void> check_servers(const spec::Definition& definition) {
    return try_mounts(definition, nullptr);
}

Result<UniqueFd> mount_from_server(const spec::Definition& definition,
                                   const std::string& directory) {
    for (const auto& mount : TRY(launch_mounts(definition)))
        if (launch::is_nfs(mount.type) && mount.target == directory)
            return TRY(launch::make(mount, {})).mount;
    return Error{Kind::missing, cat("no NFS mount at '", printable(directory), "'")};
}

}  // namespace partition
