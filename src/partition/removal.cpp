#include "partition/removal.h"

#include <algorithm>

#include "cgroup/group.h"
#include "filesystem/attach.h"
#include "filesystem/durable.h"
#include "os/dir.h"
#include "partition/delivered.h"
#include "partition/recover.h"
#include "partition/release.h"
#include "partition/reverse.h"
#include "partition/sharing.h"
#include "partition/state.h"
#include "partition/stop.h"
#include "partition/storage.h"
#include "partition/unrecorded.h"
#include "registry/events.h"
#include "registry/journal.h"
#include "registry/lock.h"
#include "registry/moves.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"
#include "spec/check.h"
#include "spec/defaults.h"

namespace partition {
namespace {

std::vector<std::string> mount_points_backwards(const spec::Definition& definition) {
    std::vector<std::string> points;
    for (const auto& mount : definition.mounts) points.push_back(mount.directory);
    std::sort(points.rbegin(), points.rend());
    return points;
}

Result<void> remove_storage(const spec::Definition& definition, const Observer& observer) {
    const auto wanted = TRY(file_systems(definition));
    for (const auto& point : mount_points_backwards(definition)) {
        observer.tell(cat("rmwpar: Removing file system ", global_path(definition, point), "."));
        for (const auto& one : wanted) {
            if (one.directory != point || !filesystem::is_made(one.type)) continue;
            TRY(filesystem::remove(one));
            const auto disk = filesystem::disk_of(one);
            const auto volume = disk ? filesystem::logical_volume(*disk) : std::string();
            if (!volume.empty())
                observer.tell(cat("rmlv: Logical volume ", volume, " is removed."));
        }
    }
    TRY(os::remove_tree(definition.directory()));
    return os::remove_tree(registry::paths::images(definition.name()));
}

void describe(const spec::Definition& definition, const RemoveCall& call,
              const Observer& observer) {
    observer.tell(cat("rmwpar: would remove workload partition ", call.name, "."));
    if (call.preserve) {
        observer.tell(
            cat("rmwpar: would keep its file systems below ", definition.directory(), "."));
        return;
    }
    for (const auto& point : mount_points_backwards(definition))
        observer.tell(
            cat("rmwpar: would remove file system ", global_path(definition, point), "."));
}

// What was loaded, when it still is; else the part of a damaged definition that can be read; else what the name tells.
spec::Definition assume(const std::string& name) {
    if (auto loaded = registry::load_loaded(name)) return *std::move(loaded);
    spec::Definition assumed;
    if (auto general = registry::load_general(name)) assumed = *std::move(general);
    assumed.general.name = name;
    return spec::with_default_mounts(std::move(assumed));
}

// A WPAR that was renamed keeps its base directory, which then bears another's name.
bool belongs_to_another(const std::string& directory, const std::string& name) {
    const auto names = registry::names();
    if (!names) return true;
    return std::any_of(names->begin(), names->end(), [&](const std::string& other) {
        if (other == name) return false;
        const auto definition = registry::load_general(other);
        return definition && definition->system() && definition->directory() == directory;
    });
}

bool has_group(const std::string& name) {
    const auto& host = cgroup::Hierarchy::host();
    if (!host) return false;
    const auto names = host->list();
    return std::binary_search(names.begin(), names.end(), name);
}

bool left_traces(const std::string& name) {
    const auto base = cat(registry::paths::base, "/", name);
    return os::exists(registry::paths::images(name)) || has_group(name) ||
           (os::exists(base) && !belongs_to_another(base, name));
}

Result<spec::Definition> find(const RemoveCall& call, const Observer& observer) {
    auto definition = registry::load(call.name);
    if (definition || !call.force) return definition;
    if (definition.error().kind == Kind::missing && !left_traces(call.name)) return definition;
    auto assumed = assume(call.name);
    if (belongs_to_another(assumed.directory(), call.name))
        return Error{Kind::busy,
                     cat(definition.error().text, "; its base directory cannot be told, and '",
                         assumed.directory(), "' belongs to another workload partition")};
    observer.tell_warning(cat(definition.error().text,
                              definition.error().kind == Kind::missing ? " Removing" : "; removing",
                              " what is found in base directory ", assumed.directory()));
    return assumed;
}

Result<void> must_be_stopped(const std::string& name) {
    if (!registry::alive(name).any()) TRY(registry::must_be_here(name));
    if (!registry::alive(name).any()) return must_be_recorded(name);
    return Error{Kind::busy,
                 cat("Workload partition ", name, " is ", registry::word(held_state(name)),
                     "; stop it first with stopwpar ", name, ", or use rmwpar -s")};
}

// Not even with -F: what one WPAR is told to lose is not another's loss.
Result<void> must_be_nobodys(const spec::Definition& definition, const RemoveCall& call,
                             const Observer& observer) {
    if (!definition.system()) return {};
    for (const auto& one : TRY(must_not_be_in_use(definition.directory(), call.name)))
        if (!call.preserve)
            observer.tell_warning(cat(
                "workload partition ", one.wpar, " shares '", printable(one.shared),
                "' and cannot start without it: chwpar -K -M directory=", printable(one.directory),
                " ", one.wpar));
    return {};
}

Result<void> prepare_removal(const RemoveCall& call, const spec::Definition& definition,
                             const Observer& observer) {
    if (!call.stop && !call.force) return must_be_stopped(call.name);
    if (registry::alive(call.name).any() && !call.force)
        return stop_locked(definition, {.name = call.name}, observer);
    if (!call.force) return must_be_recorded(call.name);
    return release(traces_of(definition), {.forced = true, .observer = observer});
}

// What could not be recovered while it ran, perhaps can be now that nothing of it runs; its volumes are known by its
// journal alone.
Result<spec::Definition> recover_again(const RemoveCall& call, const spec::Definition& definition,
                                       const Observer& observer) {
    if (!registry::broken_reason(call.name)) return definition;
    const auto recovered = recover(call.name, {.forced = true, .observer = observer});
    if (!recovered) observer.tell_warning(recovered.error().text);
    const auto now = registry::load(call.name);
    return now ? *now : definition;
}

Result<void> remove_locked(const RemoveCall& call, spec::Definition definition,
                           const Observer& observer) {
    auto prepared = prepare_removal(call, definition, observer);
    if (!prepared && (!call.force || prepared.error().kind == Kind::busy)) {
        if (call.force) (void)registry::mark_broken(call.name, prepared.error().text);
        return prepared;
    }
    if (call.force) definition = TRY(recover_again(call, definition, observer));
    // an rmwpar -F of a Broken one starts from its old journals' leftovers: they go with the rest
    TRY(registry::remove_journal(registry::paths::volatile_journal(call.name)));
    TRY(registry::remove_journal(registry::paths::journal(call.name)));
    return journaled({.name = call.name}, [&](registry::Journal& journal) -> Result<void> {
        TRY(journal.will(reverse::finish_removal(definition, call.preserve)));
        return finish_removal(definition, {call.preserve, call.force, observer});
    });
}

}  // namespace

Result<void> finish_removal(const spec::Definition& definition, const Removal& how) {
    if (definition.system()) {
        TRY(filesystem::unmount_all(definition.directory(), {.lazy = how.forced}));
        // who adopts the file systems later may have changed them meanwhile
        if (how.preserve) TRY(forget_delivered(definition.name()));
        if (!how.preserve) {
            TRY(remove_storage(definition, how.observer));
            // else a loss of power could bring back a tree that no definition and no journal tells of
            TRY(filesystem::make_removal_durable(definition.directory()));
            TRY(filesystem::make_removal_durable(registry::paths::images(definition.name())));
        }
    }
    TRY(registry::forget_move(definition.name()));
    TRY(registry::forget_arrival(definition.name()));
    return registry::erase(definition.name());
}

Result<void> remove(const RemoveCall& call, const Manner& manner) {
    begin_operation(manner);
    if (!spec::check_name(call.name)) return registry::no_such(call.name);
    if (!registry::defined(call.name) && !registry::broken_reason(call.name) &&
        !os::exists(registry::paths::journal(call.name)) && !(call.force && left_traces(call.name)))
        return registry::no_such(call.name);
    if (manner.dry_run) {
        const auto definition = TRY(find(call, manner.observer));
        if (!call.stop && !call.force) TRY(must_be_stopped(call.name));
        TRY(must_be_nobodys(definition, call, manner.observer));
        describe(definition, call, manner.observer);
        return {};
    }
    const auto lock = TRY(registry::AdminLock::take({.name = call.name, .verb = "remove"}));
    auto recovered = recover(call.name, {.forced = call.force, .observer = manner.observer});
    if (!recovered && !call.force) return recovered.error();
    if (!recovered) manner.observer.tell_warning(recovered.error().shown());
    const bool gone = !registry::defined(call.name) && !(call.force && left_traces(call.name));
    if (gone) return recovered;  // it was half made or half removed
    const auto definition = TRY(find(call, manner.observer));
    if (call.preserve && !definition.system())
        return Error{Kind::invalid,
                     cat(call.name,
                         " is an application workload partition; -p keeps file systems "
                         "of system workload partitions only")};
    TRY(must_be_nobodys(definition, call, manner.observer));
    TRY(remove_locked(call, definition, manner.observer));
    registry::record({registry::Severity::info, "rmwpar", call.name, "removed"});
    return {};
}

}  // namespace partition
