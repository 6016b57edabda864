#include "partition/copies/backup_tree.h"

#include <fcntl.h>
#include <sys/mount.h>

#include <algorithm>

#include "filesystem/attach.h"
#include "filesystem/overlay.h"
#include "os/mount.h"
#include "os/mount_table.h"
#include "os/superblock.h"
#include "partition/generations.h"
#include "partition/server.h"
#include "partition/sharing.h"
#include "partition/storage.h"
#include "registry/store.h"

namespace partition::copies {
namespace {

using filesystem::FileSystem;
using filesystem::Type;

Result<UniqueFd> mount_of(const spec::Definition& definition, const filesystem::FileSystem& one) {
    if (one.type == Type::overlay) return filesystem::mount_overlay_view(one);
    if (one.type == Type::nfs) return mount_from_server(definition, one.directory);
    return os::clone_mount(one.device);
}

// What only its own mount namespace has, or only while it is active; and what that would hide.
Result<void> attach(const spec::Definition& definition, const std::string& directory,
                    const UniqueFd& mount) {
    const auto root = TRY(os::Dir::open(definition.directory()));
    const auto point = TRY(root.open_file(
        {.path = directory.substr(1), .flags = O_PATH | O_DIRECTORY, .no_symlinks = true}));
    return os::attach_mount(mount.get(), point.get(), directory);
}

}  // namespace

bool is_backed_up(const filesystem::FileSystem& one, const BackupScope& scope) {
    switch (one.type) {
        case Type::bind:
            return scope.writable_shared && !filesystem::is_read_only(one) &&
                   !is_in_generation(one);
        case Type::nfs:
            return scope.nfs && !filesystem::is_read_only(one);
        case Type::overlay:
            return true;
        default:
            return filesystem::on_disk(one.type);
    }
}

Result<spec::Definition> load_to_back_up(const std::string& name) {
    auto definition = TRY(registry::load(name));
    if (definition.system()) return definition;
    return Error{Kind::invalid, cat(name,
                                    " is an application workload partition; its files are the "
                                    "global environment's: back them up there")};
}

namespace {

using Mounts = std::vector<std::pair<const FileSystem*, UniqueFd>>;

// Of those that are there already only what lies below one that is yet to come, which hides it.
Result<Mounts> mounts_to_attach(const spec::Definition& definition,
                                const std::vector<FileSystem>& wanted) {
    Mounts mounts;
    for (const auto& one : wanted) {
        const bool hidden = std::any_of(mounts.begin(), mounts.end(), [&](const auto& above) {
            return os::is_below(one.directory, above.first->directory);
        });
        const bool there = filesystem::on_disk(one.type);
        if (there && !hidden) continue;
        auto mount = there ? os::clone_mount(global_path(definition, one.directory))
                           : mount_of(definition, one);
        if (!mount) return mount.error().within(cat("-M directory=", one.directory));
        mounts.emplace_back(&one, *std::move(mount));
    }
    return mounts;
}

Result<std::vector<std::string>> attach_all(const spec::Definition& definition,
                                            const BackupScope& scope) {
    auto wanted = TRY(file_systems(definition));
    std::erase_if(wanted, [&](const FileSystem& one) {
        return one.directory == "/" || !is_backed_up(one, scope);
    });
    for (const auto& [one, mount] : TRY(mounts_to_attach(definition, wanted)))
        TRY(attach(definition, one->directory, mount).within("-M directory=", one->directory));
    std::vector<std::string> enter;
    for (const auto& one : wanted) enter.push_back(one.directory.substr(1));
    return enter;
}

}  // namespace

Result<BackupTree> open_backup_tree(const spec::Definition& definition, bool mounted,
                                    const BackupScope& scope) {
    auto home = TRY(os::MountHome::leave());
    // an unmount elsewhere must not be held up by our copy
    TRY(os::change_mount("/", {.propagation = MS_SLAVE, .recursive = true}));
    if (!mounted) TRY(mount_file_systems(definition, {.to_launch = true}));
    std::vector<std::string> enter;
    // an image of a generation is mounted only while somebody uses it; then the overlay alone holds it
    TRY(with_generations(definition, [&]() -> Result<void> {
        enter = TRY(attach_all(definition, scope));
        return {};
    }));
    return BackupTree{std::move(home), TRY(os::Dir::open(definition.directory())),
                      std::move(enter)};
}

}  // namespace partition::copies
