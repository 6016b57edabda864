#include "partition/start.h"

#include <signal.h>

#include "os/dir.h"
#include "partition/confine.h"
#include "partition/etc_file.h"
#include "partition/group.h"
#include "partition/halt.h"
#include "partition/keeper.h"
#include "partition/prepare.h"
#include "partition/readiness.h"
#include "partition/recover.h"
#include "partition/reverse.h"
#include "partition/script.h"
#include "partition/start_plan.h"
#include "partition/storage.h"
#include "partition/unrecorded.h"
#include "partition/wishes.h"
#include "registry/events.h"
#include "registry/ids.h"
#include "registry/lock.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"
#include "session/protocol.h"

namespace partition {
namespace {

constexpr auto boot_patience = std::chrono::seconds(30);

Result<void> verify(const std::string& name, Held& held, const Observer& observer) {
    observer.tell("Verifying workload partition startup.");
    const auto error = Error{Kind::other, cat("init of workload partition ", name,
                                              " ended at once; "
                                              "its last words are in ",
                                              registry::paths::run(name), "/console")};
    if (!speaks_readiness(held.init.pid)) {
        if (TRY(os::wait_end(held.pidfd.get(), std::chrono::milliseconds(0)))) return error;
        return {};
    }
    const auto came = TRY(wait_ready(held.readiness.get(), held.pidfd.get(), boot_patience));
    if (came == Readiness::ended) return error;
    if (came == Readiness::patience_ended)
        observer.tell_warning(cat("services of ", name, " are still starting after ",
                                  boot_patience.count(), " seconds; look with: clogin ", name,
                                  " systemctl list-jobs"));
    return {};
}

// The definition says what it is called, also when it was changed since the root was populated.
void give_hostname(const spec::Definition& definition, const Observer& observer) {
    const auto root = os::Dir::open(definition.directory());
    const auto done = root ? write_hostname(*root, definition.hostname()) : root.error();
    if (!done) observer.tell_warning(cat("host name: ", done.error().shown()));
}

Result<void> load_and_hold(const spec::Definition& definition, registry::Journal& journal,
                           const Observer& observer) {
    const auto& name = definition.name();
    observer.tell("Mounting all workload partition file systems.");
    TRY(journal.will(reverse::release_unless_held(definition)));
    TRY(os::make_dirs(registry::paths::run(name), 0711));
    TRY(registry::save_transient(definition));
    TRY(journal.step());
    TRY(mount_file_systems(definition, {.to_launch = true}));
    give_hostname(definition, observer);
    TRY(journal.step());
    observer.tell("Loading workload partition.");
    auto plan = TRY(start_plan(definition));
    plan.environment.emplace_back(readiness_variable);
    const auto grouped = TRY(make_group(definition, observer));
    plan.cgroup_fd = grouped.group.clone_fd();
    TRY(journal.step());
    TRY(store_confinement(name, plan.confinement));
    TRY(journal.step());
    observer.tell("Exporting workload partition devices.");
    observer.tell(cat("Starting workload partition subsystem 'cor_", name, "'."));
    auto held = TRY(start_held({definition, plan, grouped.group}));
    if (grouped.scope && grouped.scope->was_sent(session::protocol::stop_signal))
        (void)::kill(held.keeper, session::protocol::stop_signal);  // it was not there to get it
    TRY(journal.step());
    observer.tell(cat("0513-059 The cor_", name, " Subsystem has been started. Subsystem PID is ",
                      held.init.pid, "."));
    return verify(name, held, observer);
}

Result<void> load_for_maintenance(const spec::Definition& definition, registry::Journal& journal,
                                  const Observer& observer) {
    observer.tell("Mounting all workload partition file systems.");
    TRY(journal.will(reverse::release_unless_held(definition)));
    TRY(os::make_dirs(registry::paths::run(definition.name()), 0711));
    TRY(registry::save_transient(definition));
    TRY(mount_file_systems(definition));
    TRY(journal.step());
    observer.tell("Loading workload partition.");
    const auto grouped = TRY(make_group(definition, observer));
    TRY(journal.step());
    return hold_without_init(definition.name());
}

void share_again(const Observer& observer) {
    const auto done = rebalance_active();
    if (!done) observer.tell_warning(done.error().shown());
}

Error already_active(const std::string& name) {
    if (!registry::alive(name).init)
        return {Kind::busy, cat("Workload partition ", name,
                                " is Loaded for maintenance; start its processes with "
                                "rebootwpar ",
                                name, ", or stop it with stopwpar ", name)};
    return {Kind::busy, cat("Workload partition ", name, " is active already.")};
}

Result<void> must_be_whole(const spec::Definition& definition) {
    const auto base = definition.directory();
    if (!os::exists(base))
        return Error{Kind::missing, cat("base directory '", base,
                                        "' is missing; restore it from a backup, or remove "
                                        "the workload partition with rmwpar -F ",
                                        definition.name())};
    for (const auto& wanted : TRY(file_systems(definition)))
        if (filesystem::is_made(wanted.type) && !filesystem::is_created(wanted))
            return Error{
                Kind::missing,
                cat("file system ", wanted.directory, ": '", filesystem::missing_part(wanted),
                    "' is missing; restore it from a backup, or remove the workload "
                    "partition with rmwpar -F ",
                    definition.name())};
    const auto& general = definition.general;
    if (general.key == 0 || general.idbase == 0)
        return Error{
            Kind::invalid,
            cat(registry::paths::definition(definition.name()),
                ": stanza general: 'key' and 'idbase' are missing; they are written by mkwpar")};
    return {};
}

void describe(const spec::Definition& definition, const Observer& observer) {
    observer.tell(cat("startwpar: would start workload partition ", definition.name(), "."));
    for (const auto& mount : definition.mounts)
        observer.tell(cat("startwpar: would mount ", mount.directory, " (", mount.vfs, ")."));
    for (const auto& wanted : definition.networks)
        observer.tell(cat("startwpar: would bring up ", wanted.address, wanted.address6, " on ",
                          wanted.interface, "."));
}

}  // namespace

Result<void> check_startable(const spec::Definition& definition) {
    TRY(must_be_whole(definition));
    // without it a failed start could not even be taken back
    if (const auto& host = cgroup::Hierarchy::host(); !host) return host.error();
    const auto wish = TRY(network_wish(definition));
    TRY(network::check_up(wish));
    return network::check(network_site(), wish);
}

Result<void> start_locked(const spec::Definition& given, const StartCall& call,
                          const Observer& observer) {
    if (!given.system())
        return Error{
            Kind::invalid,
            cat(call.name, " is an application workload partition; it starts with wparexec")};
    auto definition = given;
    if (call.resolve_clashes) definition = TRY(resolve_network_clashes(std::move(definition)));
    TRY(check_startable(definition));
    call_script(definition, {"WPARPRESTART"}, observer);
    observer.tell(cat("Starting workload partition '", call.name, "'."));
    TRY(journaled({call.name, registry::Lifetime::boot}, [&](registry::Journal& journal) {
        return call.maintenance ? load_for_maintenance(definition, journal, observer)
                                : load_and_hold(definition, journal, observer);
    }));
    share_again(observer);
    registry::record({registry::Severity::info, "startwpar", call.name, "started"});
    call_script(definition, {"WPARPOSTSTART"}, observer);
    return {};
}

Result<void> start(const StartCall& call, const Manner& manner) {
    begin_operation(manner);
    const auto definition = TRY(registry::load(call.name));
    if (manner.dry_run) {
        if (registry::alive(call.name).any()) return already_active(call.name);
        TRY(must_be_whole(definition));
        describe(definition, manner.observer);
        return {};
    }
    const auto lock = TRY(registry::AdminLock::take({.name = call.name, .verb = "start"}));
    TRY(recover(call.name, manner.observer));
    if (registry::alive(call.name).any()) return already_active(call.name);
    TRY(must_be_recorded(call.name));
    return start_locked(TRY(registry::load(call.name)), call, manner.observer);
}

}  // namespace partition
