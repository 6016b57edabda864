#include "partition/generations.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include "filesystem/loop.h"
#include "os/mount_table.h"
#include "os/superblock.h"
#include "registry/lock.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"
#include "spec/file.h"
#include "spec/generation.h"

namespace partition {
namespace {

using Uses = std::map<unsigned, std::set<std::string>>;

void add_uses(Uses& uses, const spec::Definition& definition) {
    for (const auto number : spec::generations_of(definition))
        if (number != spec::newest_generation) uses[number].insert(definition.name());
}

// A damaged definition might use any of them; what it says is not known, so nothing may be taken from it.
Result<void> add_defined(Uses& uses) {
    for (const auto& name : TRY(registry::names())) {
        const auto definition = registry::load(name);
        if (definition)
            add_uses(uses, *definition);
        else if (definition.error().kind != Kind::missing)
            return definition.error();
        if (const auto loaded = registry::load_loaded(name)) add_uses(uses, *loaded);
    }
    return {};
}

Result<void> add_in_the_making(Uses& uses) {
    for (const auto& name : TRY(registry::held_locks())) {
        const auto operation = registry::holder(name);
        if (!operation || operation->definition.empty()) continue;
        if (const auto made = spec::parse(operation->definition, name)) add_uses(uses, *made);
    }
    return {};
}

// Also of those whose WPAR is gone: rmwpar -p.
Result<void> add_kept(Uses& uses) {
    const auto storage = os::Dir::open(std::string(registry::paths::storage));
    if (!storage) return {};  // no WPAR was ever made
    for (const auto& name : TRY(storage->entries())) {
        if (name.starts_with('.')) continue;
        const auto images = storage->beneath(name);
        const auto entries = images ? images->entries() : images.error();
        if (!entries) continue;
        for (const auto& entry : *entries) {
            const auto lower = images->read(cat(entry, "/lower"));
            const auto number = lower ? spec::generation_of(trim(*lower)) : std::nullopt;
            if (number) uses[*number].insert(name);
        }
    }
    return {};
}

std::string mounted_at(unsigned number) {
    return cat(registry::paths::generation_mounts, "/", number);
}

bool is_image(unsigned number) {
    return os::exists(generation::image_of(generation_site(), number));
}

Result<bool> is_mounted(unsigned number) {
    const auto point = mounted_at(number);
    const auto table = TRY(os::mount_table());
    return std::any_of(table.begin(), table.end(),
                       [&](const auto& entry) { return entry.point == point; });
}

Result<UniqueFd> mount_image(unsigned number) {
    const auto image = generation::image_of(generation_site(), number);
    const auto loop = TRY(filesystem::attach_loop({.backing = image, .read_only = true}));
    return os::mount_detached({.type = "erofs",
                               .source = loop.path,
                               .options = "ro",
                               .attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV})
        .within("generation ", number);
}

// From here on all WPARs share one file system, and so one cache of its pages.
Result<void> provide(unsigned number) {
    (void)TRY(generation::load(generation_site(), number));
    if (!is_image(number) || TRY(is_mounted(number))) return {};
    const auto point = mounted_at(number);
    TRY(os::make_dirs(std::string(registry::paths::generation_mounts), 0700));
    TRY(os::make_dirs(point, 0700));
    const auto mount = TRY(mount_image(number));
    return os::attach_mount(mount.get(), TRY(os::Dir::open(point)).fd(), point);
}

std::set<unsigned> in_use_now() {
    std::set<unsigned> used;
    const auto running = os::Dir::open(std::string(registry::paths::runtime));
    const auto names = running ? running->entries() : running.error();
    if (!names) return used;
    for (const auto& name : *names) {
        if (name.starts_with('.')) continue;
        const auto loaded = registry::load_loaded(name);
        if (!loaded) continue;
        for (const auto number : spec::generations_of(*loaded)) used.insert(number);
    }
    return used;
}

Result<void> unmount(const std::string& point) {
    // what WPARs have of it are mounts of their own; somebody may be reading it by a descriptor
    if (::umount2(point.c_str(), UMOUNT_NOFOLLOW | MNT_DETACH) != 0 && errno != EINVAL &&
        errno != ENOENT)
        return Error::os(errno, "unmount", point);
    if (::rmdir(point.c_str()) != 0 && errno != ENOENT) return Error::os(errno, "rmdir", point);
    return {};
}

Result<void> release_unused() {
    const auto points = os::Dir::open(std::string(registry::paths::generation_mounts));
    if (!points) return {};
    const auto used = in_use_now();
    for (const auto& name : TRY(points->entries())) {
        const auto number = to_number(name);
        if (number && used.contains(static_cast<unsigned>(*number))) continue;
        TRY(unmount(cat(registry::paths::generation_mounts, "/", name)));
    }
    (void)::rmdir(std::string(registry::paths::generation_mounts)
                      .c_str());  // as long as any is in it, it stays
    return {};
}

}  // namespace

generation::Site generation_site() {
    return {std::string(registry::paths::generations),
            std::string(registry::paths::generation_mounts)};
}

Result<std::vector<GenerationUse>> generation_uses() {
    Uses uses;
    TRY(add_defined(uses));
    TRY(add_in_the_making(uses));
    TRY(add_kept(uses));
    std::vector<GenerationUse> all;
    for (const auto& [number, names] : uses)
        all.push_back({number, std::vector<std::string>(names.begin(), names.end())});
    return all;
}

std::string generation_tree(unsigned number) {
    return is_image(number) ? mounted_at(number) : generation::tree_of(generation_site(), number);
}

Result<os::Dir> open_generation(unsigned number) {
    (void)TRY(generation::load(generation_site(), number));
    if (!is_image(number) || TRY(is_mounted(number))) return os::Dir::open(generation_tree(number));
    const auto mount = TRY(mount_image(number));
    UniqueFd top(::openat(mount.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!top) return Error::os(errno, "open", cat("generation ", number));
    return os::Dir(std::move(top), cat("generation ", number));
}

Result<void> with_generations(const spec::Definition& definition,
                              const std::function<Result<void>()>& use) {
    const auto numbers = spec::generations_of(definition);
    if (numbers.empty()) return use();
    const auto lock = TRY(generation::lock_mounts(generation_site()));
    for (const auto number : numbers) TRY(provide(number));
    auto done = use();
    const auto released = release_unused();
    if (done) TRY(released);
    return done;
}

Result<void> release_generations() {
    if (!os::exists(std::string(registry::paths::generation_mounts))) return {};
    const auto lock = TRY(generation::lock_mounts(generation_site()));
    return release_unused();
}

Result<os::Dir> open_source(const spec::Definition& definition) {
    for (const auto& mount : definition.mounts)
        if (const auto number = spec::generation_of(mount.dev); number && mount.directory == "/usr")
            return open_generation(*number);
    return os::Dir::open("/");
}

}  // namespace partition
