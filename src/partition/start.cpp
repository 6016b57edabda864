#include "partition/start.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>

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
#include "registry/life.h"
#include "registry/lock.h"
#include "registry/moves.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"
#include "session/protocol.h"
#include "spec/file.h"

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

Result<void> mount_to_launch(const spec::Definition& definition, registry::Journal& journal,
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
    return {};
}

// All but the plan is there already: systemd's scope, where there is one, has the keeper that is to be replaced.
struct Ground {
    const cgroup::Group& group;
    const systemd::Scope* scope = nullptr;
    bool replaces = false;
};

Result<void> run_init(const spec::Definition& definition, launch::Plan plan, const Ground& ground,
                      registry::Journal& journal, const Observer& observer) {
    const auto& name = definition.name();
    plan.environment.emplace_back(readiness_variable);
    plan.cgroup_fd = ground.group.clone_fd();
    observer.tell("Exporting workload partition devices.");
    observer.tell(cat("Starting workload partition subsystem 'cor_", name, "'."));
    if (definition.general.checkpointable) TRY(registry::begin_life(definition.name()));
    auto held = TRY(start_held({definition, plan, ground.group, ground.replaces}));
    if (ground.scope != nullptr && ground.scope->was_sent(session::protocol::stop_signal))
        (void)::kill(held.keeper, session::protocol::stop_signal);  // it was not there to get it
    TRY(journal.step());
    observer.tell(cat("0513-059 The cor_", name, " Subsystem has been started. Subsystem PID is ",
                      held.init.pid, "."));
    return verify(name, held, observer);
}

Result<void> load_and_hold(const spec::Definition& definition, registry::Journal& journal,
                           const Observer& observer) {
    TRY(mount_to_launch(definition, journal, observer));
    auto plan = TRY(start_plan(definition));
    const auto grouped = TRY(make_group(definition, observer));
    TRY(journal.step());
    TRY(store_confinement(definition.name(), plan.confinement));
    TRY(journal.step());
    return run_init(definition, std::move(plan),
                    {grouped.group, grouped.scope ? &*grouped.scope : nullptr}, journal, observer);
}

// Namespaces live by their processes, and its network by its namespace: both come with its init.
Result<void> load_to_wait(const spec::Definition& definition, registry::Journal& journal,
                          const Observer& observer) {
    const auto& name = definition.name();
    TRY(mount_to_launch(definition, journal, observer));
    const auto plan = TRY(start_plan(definition));
    const auto grouped = TRY(make_group(definition, observer));
    TRY(journal.step());
    TRY(store_confinement(name, plan.confinement));
    TRY(os::replace_file({.path = registry::paths::loaded(name), .text = {}, .sync = false}));
    TRY(journal.step());
    return hold_without_init(name);
}

Result<void> run_loaded(const spec::Definition& definition, const StartCall& call,
                        registry::Journal& journal, const Observer& observer) {
    const auto& name = definition.name();
    const auto& host = cgroup::Hierarchy::host();
    if (!host) return host.error();
    auto plan = TRY(start_plan(definition));
    plan.environment = call.environment;
    // complete as long as somebody holds it: it stays Loaded until its new keeper takes over
    TRY(journal.will(reverse::release_unless_held(definition)));
    const auto group = TRY(cgroup::Group::open(*host, name));
    TRY(run_init(definition, std::move(plan), {.group = group, .replaces = true}, journal,
                 observer));
    const auto mark = registry::paths::loaded(name);
    if (::unlink(mark.c_str()) == 0 || errno == ENOENT) return {};
    return Error::os(errno, "unlink", mark);
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
    if (awaits_init(name))
        return {Kind::busy, cat("Workload partition ", name,
                                " is Loaded; start its first process with startwpar -2 ", name,
                                ", or stop it with stopwpar ", name)};
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

void describe(const spec::Definition& definition, const StartCall& call, const Observer& observer) {
    observer.tell(cat("startwpar: would ", call.phase == Phase::load ? "load" : "start",
                      " workload partition ", definition.name(), "."));
    for (const auto& mount : definition.mounts)
        observer.tell(cat("startwpar: would mount ", mount.directory, " (", mount.vfs, ")."));
    for (const auto& wanted : definition.networks)
        observer.tell(cat("startwpar: would bring up ", wanted.address, wanted.address6, " on ",
                          wanted.interface, "."));
}

}  // namespace

Result<void> check_startable(const spec::Definition& definition) {
    TRY(registry::must_be_here(definition.name()));
    TRY(must_be_whole(definition));
    // without it a failed start could not even be taken back
    if (const auto& host = cgroup::Hierarchy::host(); !host) return host.error();
    const auto wish = TRY(network_wish(definition));
    TRY(network::check_up(wish));
    return network::check(network_site(), wish);
}

bool awaits_init(const std::string& name) {
    const auto lives = registry::alive(name);
    return lives.keeper && !lives.init && os::exists(registry::paths::loaded(name));
}

Result<void> start_locked(const spec::Definition& given, const StartCall& call,
                          const Observer& observer) {
    if (!given.system())
        return Error{
            Kind::invalid,
            cat(call.name,
                " is an application workload partition; it starts as a whole, with wparexec")};
    auto definition = given;
    if (call.resolve_clashes) definition = TRY(resolve_network_clashes(std::move(definition)));
    TRY(check_startable(definition));
    call_script(definition, {"WPARPRESTART"}, observer);
    observer.tell(cat("Starting workload partition '", call.name, "'."));
    TRY(journaled({call.name, registry::Lifetime::boot}, [&](registry::Journal& journal) {
        if (call.phase == Phase::load) return load_to_wait(definition, journal, observer);
        return call.maintenance ? load_for_maintenance(definition, journal, observer)
                                : load_and_hold(definition, journal, observer);
    }));
    share_again(observer);
    const bool waits = call.phase == Phase::load;
    registry::record(
        {registry::Severity::info, "startwpar", call.name, waits ? "loaded" : "started"});
    if (!waits) call_script(definition, {"WPARPOSTSTART"}, observer);
    return {};
}

namespace {

Error not_loaded(const std::string& name) {
    if (registry::alive(name).any()) return already_active(name);
    return {Kind::busy, cat("Workload partition ", name,
                            " is not Loaded; load it first with startwpar -1 ", name)};
}

Result<void> start_loaded(const StartCall& call, const Observer& observer) {
    // as it was when it was loaded
    const auto path = registry::paths::transient_definition(call.name);
    const auto definition = TRY(spec::parse(TRY(os::read_file(path)), path));
    TRY(check_startable(definition));
    observer.tell(cat("Starting workload partition '", call.name, "'."));
    TRY(journaled({call.name, registry::Lifetime::boot}, [&](registry::Journal& journal) {
        return run_loaded(definition, call, journal, observer);
    }));
    share_again(observer);
    registry::record({registry::Severity::info, "startwpar", call.name, "started"});
    call_script(definition, {"WPARPOSTSTART"}, observer);
    return {};
}

}  // namespace

Result<void> start(const StartCall& call, const Manner& manner) {
    begin_operation(manner);
    const auto definition = TRY(registry::load(call.name));
    const bool waits = call.phase == Phase::init;
    if (manner.dry_run) {
        if (waits && !awaits_init(call.name)) return not_loaded(call.name);
        if (!waits && registry::alive(call.name).any()) return already_active(call.name);
        TRY(must_be_whole(definition));
        describe(definition, call, manner.observer);
        return {};
    }
    const auto lock = TRY(registry::AdminLock::take({.name = call.name, .verb = "start"}));
    TRY(recover(call.name, manner.observer));
    if (waits && !awaits_init(call.name)) return not_loaded(call.name);
    if (waits) return start_loaded(call, manner.observer);
    if (registry::alive(call.name).any()) return already_active(call.name);
    TRY(must_be_recorded(call.name));
    return start_locked(TRY(registry::load(call.name)), call, manner.observer);
}

}  // namespace partition
