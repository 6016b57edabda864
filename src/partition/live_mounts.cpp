#include "partition/live_mounts.h"

#include <algorithm>

#include "filesystem/attach.h"
#include "launch/live_tree.h"
#include "os/dir.h"
#include "os/mount_home.h"
#include "os/mount_table.h"
#include "os/real_path.h"
#include "partition/generations.h"
#include "partition/group.h"
#include "partition/halt.h"
#include "partition/start_plan.h"
#include "partition/storage.h"
#include "registry/ids.h"
#include "spec/defaults.h"

namespace partition {
namespace {

bool grows(const spec::Mount& one, const spec::Mount& other) {
    auto same = other;
    same.size = one.size;
    return same == one && one.size != other.size;
}

Error needs_stop(const spec::Definition& definition, const std::string& what) {
    return {Kind::busy, cat("Workload partition ", definition.name(), " is active: ", what,
                            " can change only while it is stopped; stop it first with stopwpar ",
                            definition.name())};
}

// What is in one and not in the other, parents first.
std::vector<std::string> only_in(const spec::Definition& one, const spec::Definition& other) {
    std::vector<std::string> directories;
    for (const auto& mount : one.mounts)
        if (find_mount(other, mount.directory) == nullptr) directories.push_back(mount.directory);
    std::sort(directories.begin(), directories.end());
    return directories;
}

// Held while the change lasts: none when nothing runs yet (startwpar -m).
struct Running {
    RunningInit init;
    launch::Inside inside;
};
Result<std::optional<Running>> running(const spec::Definition& definition) {
    auto init = running_init(definition.name());
    if (!init) return std::optional<Running>();
    auto inside = TRY(launch::open_inside({init->id.pid, init->pidfd.get()},
                                          definition.system() ? definition.directory() : ""));
    return std::optional(Running{std::move(*init), std::move(inside)});
}

// As the first process sees it. Its owner may have mounted thousands.
Result<bool> is_mounted_inside(const Running& running, const std::string& directory) {
    constexpr std::size_t limit = 64 << 20;
    const auto text = TRY(os::read_file(cat("/proc/", running.init.id.pid, "/mountinfo"), limit));
    const auto table = os::parse_mount_table(text);
    return std::any_of(table.begin(), table.end(),
                       [&](const auto& entry) { return entry.point == directory; });
}

Result<launch::Mount> launch_mount(const spec::Definition& definition,
                                   const std::string& directory) {
    for (auto& mount : TRY(launch_mounts(definition)))
        if (mount.target == directory) return std::move(mount);
    return Error{Kind::missing, cat("'", directory, "' has nothing to mount")};
}

bool is_plain_directory(const spec::Definition& definition, const std::string& directory) {
    const auto* mount = find_mount(definition, directory);
    return mount == nullptr || mount->vfs == "directory" || mount->vfs.empty();
}

Result<void> mount_inside(const spec::Definition& definition, const std::string& directory,
                          const Running& running) {
    if (TRY(is_mounted_inside(running, directory))) return {};
    const os::IdRange ids = {definition.general.idbase, registry::ids_per_wpar};
    const auto wanted = TRY(launch_mount(definition, directory));
    auto home = TRY(os::MountHome::leave());  // where an overlay may put its layers
    const auto made = TRY(launch::make(
        wanted, {.user_namespace = running.inside.users ? running.inside.users.get() : -1,
                 .owner = definition.system() ? ids : os::IdRange{}}));
    TRY(home.back());
    return launch::attach_live(made, running.inside);
}

Result<void> add(const spec::Definition& definition, const std::string& directory,
                 const std::optional<Running>& running) {
    if (definition.system())
        for (const auto& wanted : TRY(file_systems(definition)))
            if (wanted.directory == directory)
                TRY(filesystem::mount_in(definition.directory(), wanted, {.to_launch = true}));
    if (!running || is_plain_directory(definition, directory)) return {};
    return mount_inside(definition, directory, *running);
}

std::string link_of(pid_t pid, const std::string& name) {
    const auto target = os::read_link(cat("/proc/", pid, "/", name));
    return target ? *target : std::string();
}

bool uses(pid_t pid, const std::string& directory) {
    for (const auto* name : {"cwd", "root", "exe"})
        if (os::is_below(link_of(pid, name), directory)) return true;
    const auto open = os::Dir::open(cat("/proc/", pid, "/fd"));
    const auto names = open ? open->entries() : std::vector<std::string>();
    return names && std::any_of(names->begin(), names->end(), [&](const std::string& name) {
               return os::is_below(link_of(pid, cat("fd/", name)), directory);
           });
}

// Who keeps it busy, as far as that can be seen: "17 (sleep), 23 (sshd)".
std::string users_of(const std::string& name, const std::string& directory) {
    const auto group = open_group(name);
    const auto processes = group ? group->processes() : std::vector<pid_t>();
    std::vector<std::string> shown;
    for (const auto pid : processes ? *processes : std::vector<pid_t>())
        if (uses(pid, directory)) {
            const auto command = os::read_file(cat("/proc/", pid, "/comm"));
            shown.push_back(cat(pid, " (", command ? printable(trim(*command)) : "", ")"));
        }
    return join(shown, ", ");
}

bool is_on_volume(const spec::Definition& definition, const std::string& directory) {
    const auto all = file_systems(definition);
    for (const auto& one : all ? *all : std::vector<filesystem::FileSystem>()) {
        const auto disk = filesystem::disk_of(one);
        if (one.directory == directory && disk) return !filesystem::logical_volume(*disk).empty();
    }
    return false;
}

Error who_uses_it(Error error, const spec::Definition& definition, const std::string& directory) {
    const auto& name = definition.name();
    if (error.kind == Kind::denied) error.text += cat("; stop it first with stopwpar ", name);
    if (error.kind != Kind::busy) return error;
    const auto users = users_of(name, directory);
    error.text +=
        cat("; ", users.empty() ? "something inside" : "processes ", users,
            " of the workload partition still use", users.empty() ? "s" : "", " it; end them",
            is_on_volume(definition, directory)
                ? ": a logical volume can go only when nobody uses it, with -F neither"
                : ", or take it away from them with -F");
    return error;
}

Result<void> drop(const spec::Definition& definition, const std::string& directory,
                  const std::optional<Running>& running, const MountChange& how) {
    const bool lazy = how.lazy && (how.undoing || !is_on_volume(definition, directory));
    if (running && !is_plain_directory(definition, directory) &&
        TRY(is_mounted_inside(*running, directory))) {
        const auto done = launch::detach_live({directory, lazy}, running->inside);
        if (!done) return who_uses_it(done.error(), definition, directory);
    }
    if (!definition.system()) return {};
    return filesystem::unmount_in(definition.directory(), directory, {.lazy = lazy});
}

// A tmpfs has nothing behind it that could grow: its limit is all.
Result<void> resize_memory(const spec::Definition& before, const spec::Definition& after,
                           const std::optional<Running>& running) {
    for (const auto& mount : after.mounts) {
        const auto* old = find_mount(before, mount.directory);
        if (!running || old == nullptr || mount.vfs != "tmpfs" || !grows(*old, mount)) continue;
        const auto wanted = TRY(tmpfs_size(mount));
        TRY(launch::resize_live(mount.directory, wanted, running->inside));
    }
    return {};
}

}  // namespace

Result<void> check_live_mounts(const spec::Definition& before, const spec::Definition& after) {
    for (const auto& directory : only_in(before, after))
        if (spec::is_usual_directory(directory) && before.system())
            return needs_stop(before, cat("'", directory, "'"));
    for (const auto& mount : after.mounts) {
        const auto* old = find_mount(before, mount.directory);
        if (old == nullptr || *old == mount || grows(*old, mount)) continue;
        return needs_stop(before, cat("what is mounted on '", mount.directory, "' (-M)"));
    }
    return {};
}

Result<void> change_mounts(const spec::Definition& before, const spec::Definition& after,
                           const MountChange& how) {
    const auto inside = TRY(running(after));
    auto gone = only_in(before, after);
    std::reverse(gone.begin(), gone.end());
    for (const auto& directory : gone)
        TRY(drop(before, directory, inside, how).within("-M directory=", directory));
    const auto fresh = only_in(after, before);
    if (!fresh.empty())
        TRY(with_generations(after, [&]() -> Result<void> {
            for (const auto& directory : fresh)
                TRY(add(after, directory, inside).within("-M directory=", directory));
            return {};
        }));
    return resize_memory(before, after, inside).within("-M");
}

}  // namespace partition
