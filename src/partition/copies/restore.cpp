#include "partition/copies/restore.h"

#include <algorithm>
#include <ctime>

#include "filesystem/attach.h"
#include "filesystem/checks.h"
#include "filesystem/durable.h"
#include "os/dir.h"
#include "os/real_path.h"
#include "partition/addresses.h"
#include "partition/content.h"
#include "partition/copies/backup_data.h"
#include "partition/copies/backup_place.h"
#include "partition/copies/backup_shared.h"
#include "partition/copies/restore_views.h"
#include "partition/generations.h"
#include "partition/prepare.h"
#include "partition/recover.h"
#include "partition/reserve.h"
#include "partition/reverse.h"
#include "partition/room.h"
#include "partition/software/sync.h"
#include "partition/stop.h"
#include "partition/storage.h"
#include "partition/swap.h"
#include "registry/events.h"
#include "registry/ids.h"
#include "registry/lock.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"
#include "rootpart/fresh.h"
#include "rootpart/identity.h"
#include "spec/file.h"

namespace partition::copies {
namespace {

using registry::Journal;

constexpr std::uint64_t each_name = 4096;  // what the smallest file takes

// Where it is made: beside the one that it takes the place of, or in its place at once.
spec::Definition site_of(const RestorePlan& plan) {
    return plan.present ? beside(plan.wanted) : plan.wanted;
}

// What the old one has need not be free.
Result<void> check_place(const RestorePlan& plan, const Arrival& arrival) {
    auto site = site_of(plan);
    if (!plan.present)
        return check_machine(site,
                             arrival.active ? Addresses::come_along : Addresses::must_be_free);
    for (const auto& mount : plan.wanted.mounts)
        for (const auto& old : plan.present->mounts)
            if (!mount.dev.empty() && mount.dev == old.dev && mount.dev.starts_with("/dev/"))
                return Error{Kind::busy,
                             cat("-M directory=", mount.directory, ": the device ", mount.dev,
                                 " holds the files of the one that -F is to replace, and these "
                                 "stay until the new one is complete; remove it first with rmwpar ",
                                 plan.present->name(), ", or name another device with -M")};
    TRY(check_addresses(plan.wanted, plan.wanted.name()));
    if (plan.wanted.networks == plan.present->networks) site.networks.clear();
    return check_machine(site);
}

// It would be gone with the old one.
Result<void> check_backups_stay(const RestorePlan& plan, const RestoreCall& call) {
    if (!plan.present) return {};
    for (const auto& file : call.files) {
        if (file == "-") continue;
        const auto path = TRY(os::real_path(file));
        if (TRY(names_in_tree(*plan.present, {.writable_shared = false}, path)).empty()) continue;
        return Error{Kind::busy,
                     cat("the backup '", printable(file), "' lies in the ", plan.present->name(),
                         " that -F is to replace, and would be gone with it; move it "
                         "out of there first")};
    }
    return {};
}

// Sizes of files count their holes, and archives what a later one of the chain replaces.
Result<void> check_space(const RestorePlan& plan, const std::vector<OpenedBackup>& chain) {
    const auto& said = chain.back().said;
    std::uint64_t held = 0;
    for (const auto& backup : chain) held += backup.said.unpacked;
    const auto bytes = std::min(said.bytes, held);
    return check_fits(without_views(site_of(plan)), {bytes + said.names * each_name, said.names})
        .within("the backup holds ", (bytes >> 20) + 1, " MB in ", said.names, " files");
}

Result<void> make_file_systems(const spec::Definition& site, Journal& journal,
                               const Observer& observer) {
    observer.tell("mkwpar: Creating file systems...");
    TRY(journal.will(reverse::remove_base(site)));
    TRY(filesystem::make_base(site.directory()));
    if (const auto images = registry::paths::images(site.name()); !os::exists(images)) {
        TRY(journal.will(reverse::remove_images(site.name())));
        TRY(os::make_dirs(images, 0700));
    }
    for (const auto& mount : site.mounts) observer.tell(cat(" ", mount.directory));
    for (const auto& wanted : TRY(file_systems(site))) {
        if (!filesystem::is_made(wanted.type)) continue;
        TRY(journal.will(reverse::remove_file_system(site, wanted.directory)));
        TRY(filesystem::create(wanted).within("-M directory=", wanted.directory));
    }
    return {};
}

unpack::BackupWatch watch_for(std::uint64_t names, const Observer& observer) {
    return {.progress = [names, &observer](std::uint64_t done, std::uint64_t bytes) {
        observer.tell_progress(cat(done, " of ", names, " files, ", bytes >> 20, " MB"));
    }};
}

Result<void> unpack_chain(const RestorePlan& plan, const spec::Definition& site,
                          const std::vector<OpenedBackup>& chain, const Observer& observer) {
    unpack::RestoreCall call;
    for (const auto& backup : chain) call.files.push_back(backup.file.get());
    call.target = site.directory();
    call.ids = {site.general.idbase, registry::ids_per_wpar};
    call.skip = plan.skip;
    const auto done = TRY(unpack::restore(call, watch_for(chain.back().said.names, observer)));
    observer.tell(cat(" files restored: ", done.names));
    if (done.left_out > 0)
        observer.tell_warning(cat(done.left_out,
                                  " files were left out: device nodes that no "
                                  "workload partition may have"));
    return {};
}

// What arrives later: each adds to the one before, and is read by the confined program like all others.
Result<void> follow(const RestorePlan& plan, const spec::Definition& site, const RestoreCall& call,
                    const std::vector<OpenedBackup>& chain, const Observer& observer) {
    if (!call.arrival.follow) return {};
    TRY(filesystem::make_durable(site.directory(), registry::paths::images(site.name())));
    auto digest = chain.back().said.digest;
    return call.arrival.follow([&](const std::string& path) -> Result<void> {
        const auto next = TRY(open_backup(path));
        if (next.record.base != digest)
            return Error{Kind::invalid, "what came does not add to what is here"};
        const auto ids = os::IdRange{site.general.idbase, registry::ids_per_wpar};
        TRY(unpack::restore({.files = {next.file.get()},
                             .target = site.directory(),
                             .ids = ids,
                             .over = true,
                             .skip = plan.skip},
                            watch_for(next.said.names, observer)));
        digest = next.said.digest;
        return {};
    });
}

Result<void> make_own(const RestorePlan& plan, const spec::Definition& site,
                      const RestoreCall& call) {
    auto now = population(plan.wanted);
    now.copy_name_resolution = call.copy_name_resolution;
    const auto target = TRY(os::Dir::open(site.directory()));
    const auto global = TRY(os::Dir::open("/"));
    const bool other_host = plan.wanted.hostname() != plan.backup.hostname();
    if (plan.renews || other_host) {
        const auto software = TRY(is_private(plan.wanted, "/usr") ? os::Dir::open(target.path())
                                                                  : open_source(plan.wanted));
        const auto former = population(plan.backup);
        return rootpart::renew_identity({global, software, target, former, now});
    }
    if (!call.copy_name_resolution) return {};
    return rootpart::write_name_resolution(global, target, now);
}

Result<void> fill(const RestorePlan& plan, const RestoreCall& call,
                  const std::vector<OpenedBackup>& chain, Journal& journal,
                  const Observer& observer) {
    const auto site = site_of(plan);
    TRY(make_file_systems(site, journal, observer));
    observer.tell("Mounting all workload partition file systems.");
    TRY(journal.will(reverse::unmount(site)));
    TRY(mount_file_systems(without_views(site), {.to_populate = true}));
    TRY(unpack_chain(plan, site, chain, observer));
    TRY(make_own(plan, site, call));
    TRY(follow(plan, site, call, chain, observer));
    TRY(fill_views(site));
    TRY(empty_mount_points(site));
    TRY(filesystem::make_durable(site.directory(), registry::paths::images(site.name())));
    TRY(give_back_room(site));
    return filesystem::unmount_all(site.directory());
}

// AIX tells of the old one's end before it tells of the new one's beginning; here it is the other way round.
class Later {
  public:
    Observer observer(const Observer& now) {
        auto later = now;
        later.say = [this](std::string_view line) { lines_.emplace_back(line); };
        return later;
    }
    void tell(const Observer& now) const {
        for (const auto& line : lines_) now.tell(line);
    }

  private:
    std::vector<std::string> lines_ = {};
};

Result<void> put_in_place(const RestorePlan& plan, const RestoreCall& call,
                          const std::vector<OpenedBackup>& chain, const Observer& observer) {
    const auto& old = *plan.present;
    Later later;
    const auto quiet = later.observer(observer);
    TRY(journaled({.name = old.name()}, [&](Journal& journal) -> Result<void> {
        TRY(fill(plan, call, chain, journal, quiet));
        if (registry::alive(old.name()).any())
            TRY(stop_locked(old, {.name = old.name(), .kind = StopKind::forced}, observer));
        TRY(journal.will(reverse::finish_swap(old, plan.wanted)));
        return finish_swap({old, plan.wanted}, observer);
    }));
    later.tell(observer);
    return {};
}

Result<void> put_anew(const RestorePlan& plan, const RestoreCall& call,
                      const std::vector<OpenedBackup>& chain, const Observer& observer) {
    const auto& name = plan.wanted.name();
    return journaled({.name = name}, [&](Journal& journal) -> Result<void> {
        if (call.arrival.begin) TRY(call.arrival.begin(journal));
        TRY(fill(plan, call, chain, journal, observer));
        TRY(journal.will(reverse::erase_unless_saved(name)));
        if (call.arrival.wake) TRY(call.arrival.wake(plan.wanted, journal));
        if (call.arrival.commit) TRY(call.arrival.commit());
        return registry::save(plan.wanted);
    });
}

void describe(const RestorePlan& plan, const Observer& observer) {
    if (plan.present)
        observer.tell(cat("restwpar: would replace workload partition ", plan.wanted.name(), "."));
    observer.tell(cat("restwpar: would restore workload partition ", plan.wanted.name(), " in ",
                      plan.wanted.directory(), ":"));
    observer.tell(spec::write_specification(plan.wanted));
}

// Of other software below a shared /usr, what the root part says may not be true.
Result<void> tell_of_packages(const OpenedBackup& backup, const Observer& observer) {
    if (backup.record.packages.empty()) return {};
    const auto lines = differing_packages(backup.record, TRY(present_packages()));
    if (lines.empty()) return {};
    observer.tell_warning(
        cat(lines.size(),
            " packages of the global environment differ from those where the backup was made"));
    for (const auto& line : lines) observer.tell_detail(line);
    return {};
}

// A synchronisation that does not succeed leaves a WPAR that is restored all the same.
void synchronize_root(const spec::Definition& definition, const RestoreCall& call,
                      const Manner& manner) {
    const bool follows = !definition.own_userland() && !is_private(definition, "/usr") &&
                         is_private(definition, "/var");
    if (!call.synchronize || !follows) return;
    auto quiet = manner;  // that nobody knows what it was made with is no news of a backup
    quiet.observer.warn = [&](std::string_view line) { manner.observer.tell_detail(line); };
    const auto done = software::synchronize(
        {.name = definition.name(), .only_add = call.only_add, .force = call.force_synchronize},
        quiet);
    if (!done) {
        manner.observer.tell_warning(done.error().text);
        manner.observer.tell("syncroot: Returns Status = FAILURE");
        return;
    }
    for (const auto& change : done->changes)
        if (change.to_be_told()) manner.observer.tell_detail(cat(change.path, ": ", change.note));
}

void tell_made(const std::string& name, const Observer& observer) {
    observer.tell(cat("Workload partition ", name, " created successfully."));
    observer.tell(
        "mkwpar: 0960-390 To start the workload partition, execute the following as root:");
    observer.tell(cat(" startwpar [-v] ", name));
}

Result<RestorePlan> checked_plan(const RestoreCall& call, const std::vector<OpenedBackup>& chain,
                                 const Observer& observer) {
    auto plan = TRY(plan_restore(call, chain, observer));
    TRY(number(plan.wanted));
    TRY(check_place(plan, call.arrival));
    TRY(check_backups_stay(plan, call));
    TRY(check_space(plan, chain));
    for (auto& line : TRY(tell_of_shared(chain.back(), plan.wanted, call.files)))
        plan.warnings.push_back(std::move(line));
    return plan;
}

Result<RestorePlan> restore_locked(const RestoreCall& call, const std::vector<OpenedBackup>& chain,
                                   const std::string& name, const Observer& observer) {
    auto lock = TRY(registry::AdminLock::take({.name = name, .verb = "restore"}));
    TRY(recover(name, observer));
    auto plan = TRY(plan_restore(call, chain, observer));
    if (plan.wanted.name() != name)
        return Error{Kind::busy, cat("the name ", name, " was taken meanwhile; try again")};
    TRY(reserve(plan.wanted, lock, observer));
    TRY(check_place(plan, call.arrival));
    plan.wanted.general.cdate = plan.wanted.general.mdate = std::time(nullptr);
    TRY(plan.present ? put_in_place(plan, call, chain, observer)
                     : put_anew(plan, call, chain, observer));
    return plan;
}

}  // namespace

Result<std::string> restore(const RestoreCall& call, const Manner& manner) {
    const auto& observer = manner.observer;
    begin_operation(manner);
    const auto chain = TRY(open_chain(call.files));
    for (const auto& backup : chain) {
        for (const auto& line : banner(backup, call.blocks)) observer.tell(line);
        for (const auto& line : front_lines(backup)) observer.tell(line);
    }
    auto plan = TRY(checked_plan(call, chain, observer));
    const auto name = plan.wanted.name();
    for (const auto& line : plan.warnings) observer.tell_warning(line);
    if (manner.dry_run) {
        describe(plan, observer);
        return name;
    }
    plan = TRY(restore_locked(call, chain, name, observer));
    registry::record({registry::Severity::info, "restwpar", name,
                      cat("restored from a backup of ", printable(plan.backup.name()))});
    TRY(tell_of_packages(chain.back(), observer));
    synchronize_root(plan.wanted, call, manner);
    tell_made(name, observer);
    return name;
}

}  // namespace partition::copies
