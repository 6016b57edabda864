#include "partition/software/sync.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "filesystem/attach.h"
#include "os/dir.h"
#include "partition/delivered.h"
#include "partition/generation_make.h"
#include "partition/generations.h"
#include "partition/recover.h"
#include "partition/reverse.h"
#include "partition/software/sync_level.h"
#include "partition/software/sync_move.h"
#include "partition/state.h"
#include "partition/storage.h"
#include "partition/unrecorded.h"
#include "registry/events.h"
#include "registry/lock.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"
#include "spec/file.h"
#include "spec/generation.h"

namespace partition::software {
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

Error must_stop(const std::string& name) {
    return {Kind::busy, cat("Workload partition ", name,
                            " is active; what lies below it can be changed only while it is "
                            "stopped: stopwpar ",
                            name)};
}

struct Goal {
    unsigned number = 0;
    bool is_new = false;         // one that is not there yet
    UniqueFd lock = UniqueFd();  // while it is held no generation is removed
};

Result<unsigned> newest() {
    const auto all = TRY(generation::numbers(generation_site()));
    if (!all.empty()) return all.back();
    return Error{Kind::missing, "there is no generation yet"};
}

Result<Goal> goal_of(const SyncCall& call) {
    const auto asked = TRY(asked_generation(call.device));
    Goal goal;
    goal.is_new = asked == spec::newest_generation && !TRY(newest_is_level());
    if (goal.is_new) return goal;
    goal.lock = TRY(generation::lock(generation_site()));
    goal.number = asked == spec::newest_generation ? TRY(newest()) : asked;
    (void)TRY(generation::load(generation_site(), goal.number));
    return goal;
}

struct Findings {
    rootpart::PackageMerge merge = {};
    std::set<std::string> own_paths = {};
    std::vector<Change> changes = {};  // in the views
};

struct Detached {
    const spec::Definition& before;
    const SyncCall& call;
    const Observer& observer;
    Move move_over(const os::Dir& source, const Findings& found) const {
        return {before, source, found.merge, found.own_paths, call.force};
    }
};

// All that can be refused is, before anything is made.
Result<Findings> examine(const Detached& one, const os::Dir& source) {
    const auto& before = one.before;
    const bool mounted = registry::alive(before.name()).any();
    Findings found;
    TRY(journaled({.name = before.name()}, [&](Journal& journal) -> Result<void> {
        if (!mounted) {
            TRY(journal.will(reverse::unmount(before)));
            TRY(mount_file_systems(before));
            TRY(journal.step());
        }
        const auto target = TRY(os::Dir::open(before.directory()));
        found.merge = TRY(merge_with(TRY(packages_before(before)), before.name(), source, target));
        found.own_paths = rootpart::own_paths(found.merge, source, target);
        if (mounted) return {};
        return filesystem::unmount_all(before.directory());
    }));
    found.changes = TRY(survey_stores(one.move_over(source, found)));
    return found;
}

void tell_of_move(const Detached& one, const spec::Definition& after, bool is_new) {
    if (is_new)
        return one.observer.tell(
            "syncroot: would lie over a new generation of the global environment's software.");
    if (spec::write(one.before) == spec::write(after)) return;
    for (const auto number : spec::generations_of(after))
        one.observer.tell(cat("syncroot: would lie over generation:", number, "."));
}

// Without a move there is something to do in the views only where something is to come back.
bool repairs(const SyncCall& call, const Findings& found) {
    return call.force && !found.changes.empty();
}

Result<void> must_be_stopped_for(const Detached& one, const Findings& found, bool moves) {
    if (!registry::alive(one.before.name()).any()) return {};
    if (moves || repairs(one.call, found)) return must_stop(one.before.name());
    return {};
}

Result<Synced> sync_detached(const Detached& one,
                             const std::optional<rootpart::Manifest>& delivered,
                             const Manner& manner) {
    const auto& before = one.before;
    const auto versions = TRY(packages_before(before));
    auto goal = TRY(goal_of(one.call));
    if (goal.is_new) {
        const auto global = TRY(os::Dir::open("/"));
        auto found = TRY(examine(one, global));
        TRY(must_be_stopped_for(one, found, true));
        if (one.call.preview) {
            tell_of_move(one, before, true);
            auto done =
                TRY(bring_level({before, one.call, global, delivered, versions}, one.observer));
            std::move(found.changes.begin(), found.changes.end(), std::back_inserter(done.changes));
            return done;
        }
        TRY(create_generation({}, manner));
        goal = TRY(goal_of(one.call));
        if (goal.is_new)
            return Error{Kind::busy,
                         "the global environment's software changes right now; try again when "
                         "nobody installs or edits there"};
    }
    const auto after = TRY(over_generation(before, goal.number));
    const auto source = TRY(open_source(after));
    auto found = TRY(examine(one, source));
    const bool moves = spec::write(before) != spec::write(after);
    TRY(must_be_stopped_for(one, found, moves));
    if (one.call.preview) {
        tell_of_move(one, after, false);
    } else if (moves || repairs(one.call, found)) {
        TRY(journaled({.name = before.name()}, [&](Journal& journal) -> Result<void> {
            // the old stores are needed until nothing can be taken back any more: bring_level drops them
            TRY(journal.will(reverse::drop_wanted(before.name())));
            return move_stores(one.move_over(source, found), after, journal, one.observer);
        }));
    }
    auto done = TRY(bring_level(
        {one.call.preview ? before : after, one.call, source, delivered, versions}, one.observer));
    std::move(found.changes.begin(), found.changes.end(), std::back_inserter(done.changes));
    return done;
}

Result<Synced> sync_shared(const spec::Definition& definition, const SyncCall& call,
                           const std::optional<rootpart::Manifest>& delivered,
                           const Observer& observer) {
    const auto source = TRY(open_source(definition));
    return bring_level({definition, call, source, delivered}, observer);
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

Result<unsigned> asked_generation(const std::string& device) {
    const auto asked = spec::generation_of(device.empty() ? "generation" : device);
    if (asked) return *asked;
    return Error{Kind::invalid, cat("-d ", printable(device),
                                    ": software comes from a generation here: -d generation:N")};
}

Result<Synced> synchronize(const SyncCall& call, const Manner& manner) {
    begin_operation(manner);
    TRY(must_be_synchronizable(TRY(registry::load(call.name)), call.detached));
    const auto lock = TRY(registry::AdminLock::take({.name = call.name, .verb = "sync"}));
    TRY(recover(call.name, manner.observer));
    TRY(may_change(call.name));
    TRY(must_be_recorded(call.name));
    const auto definition = TRY(registry::load(call.name));
    TRY(must_be_synchronizable(definition, call.detached));
    const auto delivered = TRY(load_delivered(call.name));
    if (!delivered)
        manner.observer.tell_warning(
            cat("it is not known what ", call.name,
                " was made with; what differs counts as changed in it and is kept"));
    auto done =
        TRY(call.detached ? sync_detached({definition, call, manner.observer}, delivered, manner)
                          : sync_shared(definition, call, delivered, manner.observer));
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

}  // namespace partition::software
