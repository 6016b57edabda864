#include "partition/storage.h"

#include <algorithm>

#include "base/size.h"
#include "filesystem/checks.h"
#include "filesystem/device.h"
#include "filesystem/overlay.h"
#include "os/mount_table.h"
#include "os/real_path.h"
#include "partition/generations.h"
#include "partition/sharing.h"
#include "registry/paths.h"
#include "registry/store.h"
#include "spec/generation.h"
#include "spec/values.h"

namespace partition {
namespace {

constexpr std::uint64_t block = 512;  // AIX counts file system sizes in these

// A directory in a generation is the one of the same name.
std::string source_of(const spec::Mount& mount) {
    const auto number = spec::generation_of(mount.dev);
    return number ? cat(generation_tree(*number), mount.directory) : mount.dev;
}

Result<filesystem::FileSystem> translate(const spec::Definition& definition,
                                         const spec::Mount& mount) {
    const auto type = filesystem::type_of(mount.vfs);
    if (!type)
        return Error{Kind::unsupported,
                     cat("-M directory=", mount.directory, ": vfs=", mount.vfs,
                         " is not supported by this version; there are directory, namefs, "
                         "bind, jfs2, jfs, ext4, xfs, btrfs, nfs, tmpfs and overlay")};
    filesystem::FileSystem wanted;
    wanted.wpar = definition.name();
    wanted.directory = mount.directory;
    wanted.type = *type;
    if (!mount.size.empty()) wanted.size = TRY(parse_size(mount.size, block));
    wanted.device = source_of(mount);
    if (*type == filesystem::Type::overlay) wanted.lower = mount.dev;
    const bool sized_store = *type == filesystem::Type::overlay && wanted.size != 0;
    if ((filesystem::on_disk(*type) && mount.dev.empty()) || sized_store)
        wanted.volume_group = mount.vg.empty() ? definition.general.vg : mount.vg;
    wanted.options = mount.mountopts;
    wanted.make_options = mount.crfsopts;
    wanted.journal = mount.logname != "NULL";
    return wanted;
}

bool is_shared(filesystem::Type type) {
    return type == filesystem::Type::bind || type == filesystem::Type::overlay;
}

// The directory itself may be mounted only once somebody uses it.
Result<void> check_new_store(const filesystem::FileSystem& wanted) {
    if (wanted.type != filesystem::Type::overlay) return {};
    return filesystem::check_store(wanted).within("-M directory=", wanted.directory);
}

// No user of the global environment gets there, and nobody changes anything in it: what is left to ask is whether it
// holds the directory.
Result<void> check_generation(const spec::Mount& mount, unsigned number) {
    if (number == spec::newest_generation) return {};  // it is made when all else is known to fit
    const auto tree = TRY(open_generation(number));
    const auto found = tree.beneath(mount.directory.substr(1));
    if (!found)
        return Error{found.error().kind, cat("generation ", number, " has no directory '",
                                             printable(mount.directory), "'")};
    return {};
}

// A device holds one file system of one WPAR.
Result<void> must_be_nobody_elses(const filesystem::FileSystem& wanted) {
    for (const auto& name : TRY(registry::names())) {
        if (name == wanted.wpar) continue;
        const auto other = registry::load(name);
        if (!other) continue;
        for (const auto& mount : other->mounts)
            if (spec::is_own_file_system(mount.vfs) && !mount.dev.empty() &&
                filesystem::same_device(mount.dev, wanted.device))
                return Error{
                    Kind::busy,
                    cat("dev='", printable(wanted.device), "' belongs to workload partition ", name,
                        " (directory=", mount.directory, "); name another device")};
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

Result<void> check_sizes(const spec::Definition& definition) {
    for (const auto& one : TRY(file_systems(definition)))
        if (const auto disk = filesystem::disk_of(one); disk && disk->device.empty())
            TRY(filesystem::check_size(*disk).within("-M directory=", one.directory));
    return {};
}

Result<void> check_device_owner(const filesystem::FileSystem& wanted) {
    if (!filesystem::on_disk(wanted.type) || wanted.device.empty()) return {};
    return must_be_nobody_elses(wanted).within("-M directory=", wanted.directory);
}

Result<void> check_file_system(const filesystem::FileSystem& wanted) {
    if (is_in_generation(wanted)) return check_new_store(wanted);
    TRY(check_device_owner(wanted));
    const bool shared = is_shared(wanted.type);
    if (wanted.type == filesystem::Type::bind && TRY(owner_of(wanted.device)))
        return check_shared(wanted);
    TRY(filesystem::check(wanted).within("-M directory=", wanted.directory));
    if (!shared) return {};
    TRY(check_shared(wanted));
    return filesystem::check_idmap(wanted.device);
}

Result<std::vector<std::string>> advice(const std::vector<filesystem::FileSystem>& wanted) {
    std::vector<std::string> all;
    for (const auto& one : wanted) {
        if (one.type == filesystem::Type::overlay && !is_in_generation(one))
            all.push_back(
                cat("-M directory=", one.directory, ": see to it that nothing in '",
                    printable(one.device),
                    "' changes from now on: what is shown over a tree that changes is undefined"));
        const auto disk = filesystem::disk_of(one);
        if (!disk || filesystem::logical_volume(*disk).empty()) continue;
        auto said = TRY(filesystem::overcommitment(filesystem::volume_of(*disk)));
        if (!said.empty()) all.push_back(std::move(said));
    }
    return all;
}

Result<void> check_generations(const spec::Definition& definition) {
    for (const auto& mount : definition.mounts)
        if (const auto number = spec::generation_of(mount.dev))
            TRY(check_generation(mount, *number).within("-M directory=", mount.directory));
    return {};
}

Result<void> check_place(const spec::Definition& definition, const std::string& directory) {
    if (!definition.system() || definition.own_userland()) return {};
    for (const std::string link :
         {"/bin", "/lib", "/lib32", "/lib64", "/libx32", "/sbin", "/var/lock", "/var/run"}) {
        if (!os::is_below(directory, link)) continue;
        const auto leads_to = os::read_link(link);
        if (!leads_to) continue;
        return Error{Kind::invalid,
                     cat("-M directory=", printable(directory), ": ", link, " is a link to ",
                         *leads_to, "; name the directory that it leads to")};
    }
    return {};
}

// Nothing can be made in a directory that is shared read-only, at a start as little as now.
Result<void> check_mount_point(const std::vector<filesystem::FileSystem>& all,
                               const filesystem::FileSystem& wanted) {
    const filesystem::FileSystem* around = nullptr;
    for (const auto& one : all)  // the deepest comes last
        if (one.directory != wanted.directory && os::is_below(wanted.directory, one.directory))
            around = &one;
    if (around == nullptr || around->type != filesystem::Type::bind || is_in_generation(*around))
        return {};
    const auto inner = wanted.directory.substr(around->directory.size());
    if (!filesystem::is_read_only(*around) || os::exists(cat(around->device, inner))) return {};
    return Error{Kind::missing,
                 cat("-M directory=", printable(wanted.directory), ": ", around->directory,
                     " is shared read-only and has no such directory; make '", around->device,
                     printable(inner), "', or give the workload partition a ", around->directory,
                     " of its own (mkwpar -l)")};
}

Result<void> check_file_systems(const spec::Definition& definition) {
    TRY(check_generations(definition));
    const auto all = TRY(file_systems(definition));
    for (const auto& wanted : all) {
        TRY(check_place(definition, wanted.directory));
        TRY(check_mount_point(all, wanted));
        TRY(check_file_system(wanted));
    }
    return {};
}

Result<void> mount_file_systems(const spec::Definition& definition,
                                const filesystem::Mounting& how) {
    return with_generations(definition, [&]() -> Result<void> {
        for (const auto& wanted : TRY(file_systems(definition))) {
            if (definition.system() && is_shared(wanted.type)) TRY(check_shared(wanted));
            TRY(filesystem::mount_in(definition.directory(), wanted, how));
        }
        return {};
    });
}

Result<std::optional<filesystem::FileSystem>> own_file_system(const spec::Definition& definition,
                                                              std::string_view directory) {
    std::optional<filesystem::FileSystem> found;
    for (auto& one : TRY(file_systems(definition)))  // "/" comes first
        if (filesystem::on_disk(one.type) && (one.directory == "/" || one.directory == directory))
            found = std::move(one);
    return found;
}

const spec::Mount* find_mount(const spec::Definition& definition, std::string_view directory) {
    for (const auto& mount : definition.mounts)
        if (mount.directory == directory) return &mount;
    return nullptr;
}

bool is_private(const spec::Definition& definition, std::string_view directory) {
    const auto* mount = find_mount(definition, directory);
    if (mount == nullptr) return false;
    const auto type = filesystem::type_of(mount->vfs);
    return type && *type != filesystem::Type::bind && *type != filesystem::Type::nfs;
}

bool is_copied(const spec::Definition& definition, std::string_view directory) {
    const auto* mount = find_mount(definition, directory);
    return mount != nullptr && mount->vfs != "overlay" && is_private(definition, directory);
}

std::string global_path(const spec::Definition& definition, const std::string& directory) {
    const auto base = definition.directory();
    return directory == "/" ? base : cat(base, directory);
}

}  // namespace partition
