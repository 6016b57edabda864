// What a definition's -M means to launch.
#include <sys/mount.h>

#include <algorithm>
#include <array>

#include "base/options.h"
#include "base/size.h"
#include "filesystem/file_system.h"
#include "filesystem/overlay.h"
#include "partition/sharing.h"
#include "partition/start_plan.h"
#include "partition/storage.h"
#include "spec/defaults.h"
#include "spec/generation.h"

namespace partition {
namespace {

// Options of a mount, not of its file system: a copy of the mount must be given them again.
std::uint64_t attributes_of(const std::string& options) {
    struct Attribute {
        std::string_view option;
        std::uint64_t attribute;
    };
    constexpr std::array known = {Attribute{"nosuid", MOUNT_ATTR_NOSUID},
                                  Attribute{"noexec", MOUNT_ATTR_NOEXEC},
                                  Attribute{"nodiratime", MOUNT_ATTR_NODIRATIME},
                                  Attribute{"nosymfollow", MOUNT_ATTR_NOSYMFOLLOW}};
    std::uint64_t all = 0;
    for (const auto& [option, attribute] : known)
        if (has_option(options, option)) all |= attribute;
    return all;
}

launch::Mount bind_mount(const spec::Mount& mount, std::string source) {
    launch::Mount bound;
    bound.source = std::move(source);
    bound.target = mount.directory;
    bound.read_only = has_option(mount.mountopts, "ro");
    bound.attributes = attributes_of(mount.mountopts);
    return bound;
}

launch::Mount overlay_mount(const spec::Mount& mount, const filesystem::FileSystem& one) {
    auto view = bind_mount(mount, one.device);
    view.kind = launch::Mount::Kind::overlay;
    view.store = filesystem::backing(one);
    if (!filesystem::disk_of(one)) return view;
    view.store = filesystem::disk_point(one);
    view.store_disk = [one] { return filesystem::mount_store_disk(one); };
    view.inner_store = filesystem::place_on_disk(one);
    return view;
}

// Programs with set-user-ID that another WPAR's root leaves there would be this one's root's.
Result<launch::Mount> shared_mount(const spec::Definition& definition, const spec::Mount& mount,
                                   const filesystem::FileSystem& one) {
    auto bound = bind_mount(mount, one.device);
    bound.read_only |= spec::generation_of(mount.dev).has_value();
    const bool usual = spec::is_usual_directory(mount.directory);
    if (!definition.system() || usual || is_in_generation(one)) return bound;
    const auto owner = TRY(owner_of(one.device));
    if (!owner) return bound;
    bound.beneath = owner->directory();
    bound.attributes |= MOUNT_ATTR_NOSUID;
    return bound;
}

bool says_size(const spec::Mount& mount) {
    const auto options = split(mount.mountopts, ',');
    return mount.size.empty() && std::any_of(options.begin(), options.end(), [](auto option) {
               return option.starts_with("size=") || option.starts_with("nr_blocks=");
           });
}

Result<launch::Mount> fresh_mount(const spec::Mount& mount) {
    launch::Mount fresh;
    fresh.kind = launch::Mount::Kind::fresh;
    fresh.type = mount.vfs;
    const bool bracketed = mount.host.find(':') != std::string::npos;
    const auto host = bracketed ? cat("[", mount.host, "]") : mount.host;
    fresh.source = mount.host.empty() ? mount.vfs : cat(host, ":", mount.dev);
    fresh.target = mount.directory;
    fresh.options = mount.mountopts;
    fresh.read_only = has_option(mount.mountopts, "ro");
    if (mount.vfs == "tmpfs" && !says_size(mount))
        fresh.options += cat(fresh.options.empty() ? "" : ",", "size=", TRY(tmpfs_size(mount)));
    return fresh;
}

Result<launch::Mount> mount_of(const spec::Definition& definition, const spec::Mount& mount,
                               const filesystem::FileSystem& one) {
    using filesystem::Type;
    if (one.type == Type::overlay) return overlay_mount(mount, one);
    if (one.type == Type::bind) return shared_mount(definition, mount, one);
    if (filesystem::on_disk(one.type))
        return bind_mount(mount, global_path(definition, mount.directory));
    return fresh_mount(mount);
}

}  // namespace

Result<std::string> tmpfs_size(const spec::Mount& mount) {
    constexpr std::uint64_t block = 512;
    // the kernel's is half of the machine's memory, for each
    if (mount.size.empty()) return std::string("512m");
    return std::to_string(TRY(parse_size(mount.size, block)));
}

Result<std::vector<launch::Mount>> launch_mounts(const spec::Definition& definition) {
    std::vector<launch::Mount> list;
    auto mounted = definition;  // what an application needs mounted already has no vfs
    std::erase_if(mounted.mounts, [](const auto& mount) { return mount.vfs.empty(); });
    const auto wanted = TRY(file_systems(mounted));
    for (const auto& mount : mounted.mounts) {
        if (mount.directory == "/") continue;
        for (const auto& one : wanted) {
            if (one.directory != mount.directory || one.type == filesystem::Type::directory)
                continue;
            list.push_back(TRY(mount_of(definition, mount, one)));
            list.back().removable =
                definition.system() && !spec::is_usual_directory(mount.directory);
        }
    }
    std::sort(list.begin(), list.end(),
              [](const auto& one, const auto& other) { return one.target < other.target; });
    return list;
}

}  // namespace partition
