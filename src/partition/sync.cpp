#include "partition/sync.h"

#include <algorithm>

#include "filesystem/attach.h"
#include "filesystem/durable.h"
#include "os/dir.h"
#include "os/interrupt.h"
#include "partition/content.h"
#include "partition/delivered.h"
#include "partition/generation_make.h"
#include "partition/generations.h"
#include "partition/recover.h"
#include "partition/reverse.h"
#include "partition/storage.h"
#include "partition/sync_move.h"
#include "partition/unrecorded.h"
#include "registry/events.h"
#include "registry/lock.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"
#include "spec/file.h"
#include "spec/generation.h"

namespace partition {
namespace {

using registry::Journal;
using What = Change::What;

Result<void> must_be_synchronizable(const spec::Definition& definition, bool detached) {
    const auto& name = definition.name();
    if (!definition.system())
        return Error{Kind::invalid,
                     cat(name,
                         " is an application workload partition: it has no root part of its "
                         "own to be synchronized")};
    if (detached) {
        const auto is_over_one = over_generation(definition, 1);
        return is_over_one ? Result<void>() : is_over_one.error();
    }
    if (is_private(definition, "/usr"))
        return Error{Kind::invalid,
                     cat(name,
                         " has software of its own (/usr is private): it is kept up to date "
                         "inside, with: clogin ",
                         name, " apt-get upgrade")};
    if (!is_private(definition, "/var"))
        return Error{Kind::unsupported,
                     cat(name, " shares /var with others, so its package database is not its own")};
    return {};
}

Result<void> make_wanted(const spec::Definition& definition, const os::Dir& source,
                         Journal& journal) {
    TRY(journal.will(reverse::drop_wanted(definition.name())));
    TRY(os::make_dirs(delivered_folder(definition.name()), 0700));
    TRY(drop_wanted(definition.name()));
    TRY(os::make_dir(wanted_folder(definition.name()), 0700));
    auto options = population(definition);
    options.private_usr = options.private_opt = false;
    const auto wanted = TRY(os::Dir::open(wanted_folder(definition.name())));
    return rootpart::populate_root_part(source, wanted, options);
}

void tell_summary(const Synced& done, const Observer& observer) {
    const auto changed = std::any_of(done.changes.begin(), done.changes.end(), [](const auto& one) {
        return one.what < What::kept || one.what == What::account;
    });
    observer.tell(changed ? "syncroot: Root part is synchronized."
                          : "syncroot: Root part is currently synchronized.");
    observer.tell(cat("syncroot: Returns Status = ", done.failed() ? "FAILURE" : "SUCCESS"));
}

bool changes_units(const Change& change) {
    return change.what <= What::removed && (change.path.starts_with("/etc/systemd/system/") ||
                                            change.path.starts_with("/etc/init.d/"));
}

// Its init is not ours to talk to: it may not answer, and what it would start is the administrator's choice.
void tell_of_units(const spec::Definition& definition, const Synced& done,
                   const Observer& observer) {
    if (!registry::alive(definition.name()).init) return;
    std::vector<std::string> units;
    for (const auto& change : done.changes)
        if (changes_units(change)) units.push_back(change.path.substr(change.path.rfind('/') + 1));
    std::sort(units.begin(), units.end());
    units.erase(std::unique(units.begin(), units.end()), units.end());
    if (units.empty()) return;
    observer.tell_warning(cat("services changed in ", definition.name(), ": ", join(units, ", "),
                              "; none was started or restarted. Let its systemd see them with: "
                              "clogin ",
                              definition.name(), " systemctl daemon-reload"));
}

struct Work {
    const spec::Definition& definition;
    const SyncCall& call;
    const os::Dir& source;
    const std::optional<rootpart::Manifest>& delivered;
    bool foreseen =
        false;  // the source is the global environment, of which a generation would be made
};

Result<rootpart::Synchronized> bring_level(const Work& work, Journal& journal) {
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
            "the workload partition's file system is full; give it more room, then synchronize "
            "again");
    return done;
}

Result<Synced> sync_locked(const Work& work, const Observer& observer) {
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
        observer.tell("syncroot: Processing root part installation status.");
        auto done = TRY(bring_level(work, journal));
        synced.changes = std::move(done.changes);
        if (!work.call.preview) {
            // the record must not be ahead of what a loss of power leaves
            TRY(filesystem::make_durable(definition.directory(),
                                         registry::paths::images(definition.name())));
            TRY(save_delivered(definition.name(), done.delivered));
        }
        if (!mounted) TRY(filesystem::unmount_all(definition.directory()));
        return drop_wanted(definition.name());
    }));
    return synced;
}

Error must_stop(const std::string& name) {
    return {Kind::busy, cat("Workload partition ", name,
                            " is active; another generation can be put below it only while it is "
                            "stopped: stopwpar ",
                            name)};
}

struct Goal {
    unsigned number = 0;
    bool foreseen = false;       // in a preview: a new one would be made
    UniqueFd lock = UniqueFd();  // while it is held no generation is removed
};

Result<Goal> goal_of(const SyncCall& call, const Manner& manner) {
    if (!call.detached) return Goal{};
    const auto site = generation_site();
    auto asked = spec::generation_of(call.device.empty() ? "generation" : call.device);
    if (!asked)
        return Error{Kind::invalid,
                     cat("-d ", printable(call.device),
                         ": software comes from a generation here: -d generation:N")};
    const bool newest = *asked == spec::newest_generation;
    if (newest && registry::alive(call.name).any()) return must_stop(call.name);
    const bool is_new = newest && !TRY(newest_is_level());
    if (is_new && !call.preview) TRY(create_generation({}, manner));
    auto lock = TRY(generation::lock(site));
    if (newest) {
        const auto all = TRY(generation::numbers(site));
        if (all.empty()) return Error{Kind::missing, "there is no generation yet"};
        asked = all.back();
    }
    (void)TRY(generation::load(site, *asked));
    return Goal{*asked, is_new && call.preview, std::move(lock)};
}

// The record is older than what a killed move has brought already: then the goal's own packages are there.
Result<void> move(const Work& work, const spec::Definition& after, const Observer& observer) {
    const auto& before = work.definition;
    const bool moves = work.foreseen || spec::write(before) != spec::write(after);
    const bool mounted = registry::alive(before.name()).any();
    if (mounted && moves) return must_stop(before.name());
    if (work.foreseen)
        observer.tell(
            "syncroot: would lie over a new generation of the global environment's software.");
    if (moves && work.call.preview && !work.foreseen)
        for (const auto number : spec::generations_of(after))
            observer.tell(cat("syncroot: would lie over generation:", number, "."));
    const auto level = work.delivered ? work.delivered->level : std::string();
    return journaled({.name = before.name()}, [&](Journal& journal) -> Result<void> {
        if (!mounted) {
            TRY(journal.will(reverse::unmount(before)));
            TRY(mount_file_systems(before));
            TRY(journal.step());
        }
        TRY(packages_must_be_as_delivered(before, level, rootpart::software_level(work.source)));
        if (!mounted) TRY(filesystem::unmount_all(before.directory()));
        if (moves) TRY(stores_must_be_additions(before));
        if (!moves || work.call.preview) return {};
        TRY(journal.will(reverse::drop_wanted(before.name())));
        // the old stores are needed until nothing can be taken back any more: sync_locked drops them
        return move_stores(before, after, journal, observer);
    });
}

void record_event(const std::string& name, const Synced& done) {
    if (!done.failed()) {
        registry::record({registry::Severity::info, "syncwpar", name, "synchronized"});
        return;
    }
    registry::record({registry::Severity::warning, "syncwpar", name,
                      "synchronized, but for some files that could not be placed"});
}

}  // namespace

bool Synced::failed() const {
    return std::any_of(changes.begin(), changes.end(),
                       [](const auto& change) { return change.what == What::failed; });
}

Result<Synced> synchronize(const SyncCall& call, const Manner& manner) {
    begin_operation(manner);
    TRY(must_be_synchronizable(TRY(registry::load(call.name)), call.detached));
    const auto goal = TRY(goal_of(call, manner));
    const auto lock = TRY(registry::AdminLock::take({.name = call.name, .verb = "sync"}));
    TRY(recover(call.name, manner.observer));
    TRY(must_be_recorded(call.name));
    auto definition = TRY(registry::load(call.name));
    TRY(must_be_synchronizable(definition, call.detached));
    const auto delivered = TRY(load_delivered(call.name));
    if (!delivered)
        manner.observer.tell_warning(
            cat("it is not known what ", call.name,
                " was made with; what differs counts as changed in it and is kept"));
    auto after = call.detached && !goal.foreseen ? TRY(over_generation(definition, goal.number))
                                                 : definition;
    const auto source = TRY(goal.foreseen ? os::Dir::open("/") : open_source(after));
    if (call.detached) {
        TRY(move({definition, call, source, delivered, goal.foreseen}, after, manner.observer));
        if (!call.preview) definition = std::move(after);
    }
    auto done = TRY(sync_locked({definition, call, source, delivered}, manner.observer));
    tell_summary(done, manner.observer);
    if (call.preview) return done;
    tell_of_units(definition, done, manner.observer);
    record_event(call.name, done);
    return done;
}

Result<std::vector<std::string>> synchronizable(bool detached) {
    auto names = TRY(registry::names());
    std::erase_if(names, [&](const std::string& name) {
        const auto definition = registry::load(name);
        return definition && !must_be_synchronizable(*definition, detached);
    });
    return names;
}

}  // namespace partition
