#include "partition/storage.h"

#include <algorithm>

#include "base/size.h"
#include "filesystem/checks.h"
#include "filesystem/shared.h"
#include "os/mount_table.h"
#include "registry/store.h"

namespace partition {
namespace {

constexpr std::uint64_t block = 512;  // AIX counts file system sizes in these

Result<filesystem::FileSystem> translate(const spec::Definition& definition,
                                         const spec::Mount& mount) {
    const auto type = filesystem::type_of(mount.vfs);
    if (!type)
        return Error{Kind::unsupported,
                     cat("-M directory=", mount.directory, ": vfs=", mount.vfs,
                         " is not supported by this version; there are directory, namefs, "
                         "bind, jfs2, jfs, ext4, xfs, btrfs, nfs and tmpfs")};
    filesystem::FileSystem wanted;
    wanted.wpar = definition.name();
    wanted.directory = mount.directory;
    wanted.type = *type;
    if (!mount.size.empty()) wanted.size = TRY(parse_size(mount.size, block));
    wanted.device = mount.dev;
    if (filesystem::on_disk(*type) && mount.dev.empty())
        wanted.volume_group = mount.vg.empty() ? definition.general.vg : mount.vg;
    wanted.options = mount.mountopts;
    wanted.make_options = mount.crfsopts;
    wanted.journal = mount.logname != "NULL";
    return wanted;
}

bool is_read_only(const filesystem::FileSystem& wanted) {
    const auto all = split(wanted.options, ',');
    return std::find(all.begin(), all.end(), "ro") != all.end();
}

// Root of that WPAR could turn the way to it elsewhere.
Result<void> must_not_be_inside_another(const std::string& shared) {
    for (const auto& name : TRY(registry::names())) {
        const auto other = registry::load_general(name);
        if (!other || !other->system() || !os::is_below(shared, other->directory())) continue;
        return Error{
            Kind::denied,
            cat("dev='", printable(shared), "' lies in the base directory of workload partition ",
                name,
                ", whose root could turn it elsewhere; share a directory outside of all of them")};
    }
    return {};
}

}  // namespace

Result<std::vector<filesystem::FileSystem>> file_systems(const spec::Definition& definition) {
    std::vector<filesystem::FileSystem> all;
    for (const auto& mount : definition.mounts)
        if (mount.directory != "/proc") all.push_back(TRY(translate(definition, mount)));
    std::sort(all.begin(), all.end(),
              [](const auto& one, const auto& other) { return one.directory < other.directory; });
    return all;
}

Result<void> check_file_system(const filesystem::FileSystem& wanted) {
    TRY(filesystem::check(wanted).within("-M directory=", wanted.directory));
    if (wanted.type != filesystem::Type::bind) return {};
    TRY(must_not_be_inside_another(wanted.device).within("-M directory=", wanted.directory));
    TRY(check_shared(wanted));
    return filesystem::check_idmap(wanted.device);
}

Result<void> check_shared(const filesystem::FileSystem& wanted) {
    return filesystem::check_shared(wanted.device, !is_read_only(wanted))
        .within("-M directory=", wanted.directory);
}

Result<void> check_file_systems(const spec::Definition& definition) {
    for (const auto& wanted : TRY(file_systems(definition))) TRY(check_file_system(wanted));
    return {};
}

Result<void> mount_file_systems(const spec::Definition& definition,
                                const filesystem::Mounting& how) {
    for (const auto& wanted : TRY(file_systems(definition))) {
        if (definition.system() && wanted.type == filesystem::Type::bind) TRY(check_shared(wanted));
        TRY(filesystem::mount_in(definition.directory(), wanted, how));
    }
    return {};
}

Result<std::optional<filesystem::FileSystem>> own_file_system(const spec::Definition& definition,
                                                              std::string_view directory) {
    std::optional<filesystem::FileSystem> found;
    for (auto& one : TRY(file_systems(definition)))  // "/" comes first
        if (filesystem::on_disk(one.type) && (one.directory == "/" || one.directory == directory))
            found = std::move(one);
    return found;
}

bool is_private(const spec::Definition& definition, std::string_view directory) {
    for (const auto& mount : definition.mounts)
        if (mount.directory == directory) {
            const auto type = filesystem::type_of(mount.vfs);
            return type && *type != filesystem::Type::bind && *type != filesystem::Type::nfs;
        }
    return false;
}

std::string global_path(const spec::Definition& definition, const std::string& directory) {
    const auto base = definition.directory();
    return directory == "/" ? base : cat(base, directory);
}

}  // namespace partition
