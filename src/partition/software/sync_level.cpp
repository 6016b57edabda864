#include "partition/software/sync_level.h"

#include "filesystem/attach.h"
#include "filesystem/durable.h"
#include "os/interrupt.h"
#include "partition/change.h"
#include "partition/content.h"
#include "partition/delivered.h"
#include "partition/recover.h"
#include "partition/reverse.h"
#include "partition/software/sync_move.h"
#include "partition/storage.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"

namespace partition::software {
namespace {

using registry::Journal;

Result<void> make_wanted(const spec::Definition& definition, const os::Dir& source,
                         Journal& journal) {
    TRY(journal.will(reverse::drop_wanted(definition.name())));
    TRY(make_delivered_folder(definition.name()));
    TRY(drop_wanted(definition.name()));
    TRY(os::make_dir(wanted_folder(definition.name()), 0700));
    auto options = population(definition);
    options.private_usr = options.private_opt = false;
    const auto wanted = TRY(os::Dir::open(wanted_folder(definition.name())));
    return rootpart::populate_root_part(source, wanted, options);
}

void tell_packages(const Observer& observer, std::string_view what,
                   const std::vector<std::string>& keys) {
    if (!keys.empty()) observer.tell(cat("syncroot: ", what, ": ", join(keys, ", ")));
}

Result<void> keep_own(const LevelWork& work, const Observer& observer) {
    const auto target = TRY(os::Dir::open(work.definition.directory()));
    const auto merge = TRY(merge_with(*work.before, work.definition.name(), work.source, target));
    tell_packages(observer, "Packages of its own, which stay", merge.own);
    tell_packages(observer, "Packages that were removed in it, and stay away", merge.gone);
    const auto wanted = TRY(os::Dir::open(wanted_folder(work.definition.name())));
    return rootpart::keep_own_packages(merge, wanted, target);
}

Result<rootpart::Synchronized> place(const LevelWork& work, Journal& journal) {
    const auto wanted = TRY(os::Dir::open(wanted_folder(work.definition.name())));
    const auto target = TRY(os::Dir::open(work.definition.directory()));
    rootpart::Synchronization wish = {work.source, wanted, target, work.delivered};
    wish.left_out = mounted_by_others(work.definition);
    wish.only_add = work.call.only_add;
    wish.force = work.call.force;
    wish.preview = work.call.preview;
    wish.stop = &os::interrupt_flag();
    wish.step = [&] { return journal.step(); };
    auto done = rootpart::synchronize(wish);
    if (!done && done.error().kind == Kind::full)
        return done.error().within(
            "the workload partition's file system is full; give it more room (syncwpar -X does, "
            "where it has one of its own), then synchronize again");
    return done;
}

Result<Synced> level_once(const LevelWork& work, const Observer& observer) {
    const auto& definition = work.definition;
    const bool mounted = registry::alive(definition.name()).any();
    Synced synced;
    TRY(journaled({.name = definition.name()}, [&](Journal& journal) -> Result<void> {
        TRY(make_wanted(definition, work.source, journal));
        if (!mounted) {
            TRY(journal.will(reverse::unmount(definition)));
            TRY(mount_file_systems(definition));
            TRY(journal.step());
        }
        if (work.before) TRY(keep_own(work, observer));
        observer.tell("syncroot: Processing root part installation status.");
        auto done = TRY(place(work, journal));
        synced.changes = std::move(done.changes);
        if (work.call.grow && work.call.preview)
            synced.shortages = TRY(shortages(definition, done.needs));
        if (!work.call.preview) {
            // the record must not be ahead of what a loss of power leaves
            TRY(filesystem::make_durable(definition.directory(),
                                         registry::paths::images(definition.name())));
            TRY(save_delivered(definition.name(), done.delivered));
            TRY(finish_move(definition.name()));
        }
        if (!mounted) TRY(filesystem::unmount_all(definition.directory()));
        return drop_wanted(definition.name());
    }));
    return synced;
}

// In a look ahead nothing is told but what grows.
Result<spec::Definition> make_room(const LevelWork& work, const Observer& observer) {
    auto ahead = work.call;
    ahead.preview = true;
    const auto foreseen = TRY(
        level_once({work.definition, ahead, work.source, work.delivered, work.before}, Observer{}));
    auto larger = TRY(with_room(work.definition, foreseen.shortages));
    for (const auto& shortage : foreseen.shortages)
        observer.tell(cat("syncroot: ", shortage.directory,
                          work.call.preview ? " would grow to " : " grows to ",
                          find_mount(larger, shortage.directory)->size, "."));
    if (work.call.preview || foreseen.shortages.empty()) return work.definition;
    TRY(change_sizes(work.definition, larger, observer).within("-X"));
    return registry::load(work.definition.name());
}

}  // namespace

Result<Synced> bring_level(const LevelWork& work, const Observer& observer) {
    if (!work.call.grow) return level_once(work, observer);
    const auto definition = TRY(make_room(work, observer));
    return level_once({definition, work.call, work.source, work.delivered, work.before}, observer);
}

}  // namespace partition::software
