#include "partition/mobility/restart.h"

#include "checkpoint/criu_probe.h"
#include "checkpoint/image.h"
#include "network/network.h"
#include "os/dir.h"
#include "partition/confine.h"
#include "partition/group.h"
#include "partition/keeper.h"
#include "partition/mobility/criu.h"
#include "partition/mobility/rebuild.h"
#include "partition/mobility/resume_application.h"
#include "partition/mobility/stored_image.h"
#include "partition/move_stay.h"
#include "partition/pause.h"
#include "partition/recover.h"
#include "partition/reverse.h"
#include "partition/start.h"
#include "partition/start_plan.h"
#include "partition/storage.h"
#include "partition/unrecorded.h"
#include "partition/wishes.h"
#include "registry/events.h"
#include "registry/life.h"
#include "registry/lock.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"
#include "spec/file.h"

namespace partition::mobility {
namespace {

// What the processes were given once cannot be taken from them by building them again.
std::string changed_rights(const spec::Definition& then, const spec::Definition& now) {
    if (then.security.privs != now.security.privs) return "its privileges (-S)";
    if (then.devices != now.devices) return "its devices (-D)";
    if (then.mounts != now.mounts) return "its file systems (-M)";
    return {};
}

Result<void> check_identity(const RestartCall& call, const StoredImage& image,
                            const spec::Definition& definition) {
    const auto& record = image.record;
    if (record.name != call.name)
        return does_not_fit(call.directory, cat("it is of workload partition ", record.name));
    if (record.uuid != definition.general.uuid)
        return does_not_fit(call.directory,
                            cat("it is of another workload partition that was called ", call.name));
    if (record.first_id != definition.general.idbase)
        return does_not_fit(call.directory,
                            "the user ids of the workload partition have changed "
                            "since (idbase)");
    return check_machine(image, call.directory);
}

Result<void> check_fit(const RestartCall& call, const StoredImage& image,
                       const spec::Definition& definition) {
    TRY(check_identity(call, image, definition));
    const auto changed = changed_rights(image.definition, definition);
    if (!changed.empty())
        return does_not_fit(call.directory,
                            cat(changed,
                                " were changed since; change them back with chwpar, or "
                                "start it afresh with startwpar ",
                                call.name));
    if (call.stale || image.record.life == registry::life_of(call.name)) return {};
    return does_not_fit(
        call.directory,
        cat("the files of ", call.name,
            " have been used since it was made, and what its processes remember of them is no "
            "longer true; bring them back to that moment first (restwpar), and then say -F"));
}

Result<Held> hold(const RestartCall& call, const StoredImage& image,
                  const spec::Definition& definition, const Grouped& grouped) {
    const auto plan = TRY(start_plan(definition));
    TRY(store_confinement(call.name, plan.confinement));
    const bool fits =
        call.arrived || (image.record.ended && image.record.life == registry::life_of(call.name));
    const RebuildCall rebuilt = {.plan = plan,
                                 .group = grouped.group,
                                 .record = image.record,
                                 .image = image.directory,
                                 .log_level = criu_log_level(call.criu_log),
                                 .connections = fits,
                                 .frozen = call.paused};
    Holding holding = {definition, plan, grouped.group};
    holding.begin = [&](const launch::Hooks& hooks) { return rebuild(rebuilt, hooks); };
    // a packet for a connection that is not there yet would be the end of it
    holding.before_network = [](int network) { return network::still(network); };
    return start_held(holding);
}

Result<void> load_and_rebuild(const RestartCall& call, const StoredImage& image,
                              const spec::Definition& definition, registry::Journal& journal,
                              const Observer& observer) {
    observer.tell("Mounting all workload partition file systems.");
    TRY(journal.will(reverse::release(definition)));
    TRY(os::make_dirs(registry::paths::run(call.name), 0711));
    TRY(registry::save_transient(definition));
    TRY(mount_file_systems(definition, {.to_launch = true}));
    TRY(journal.step());
    observer.tell("Loading workload partition.");
    const auto grouped = TRY(make_group(definition, observer));
    TRY(journal.step());
    const auto held = hold(call, image, definition, grouped);
    add_criu_log(cat(registry::paths::run(call.name), "/", restart_log), call.criu_log, observer);
    if (!held) return explained(held.error());
    TRY(journal.step());
    if (call.paused) {
        TRY(pause({.name = call.name, .image = call.directory}));
        return {};
    }
    return go_on(call.name);
}

Result<void> must_not_run(const std::string& name) {
    if (registry::alive(name).any())
        return Error{Kind::busy,
                     cat("Workload partition ", name, " runs; end it first with stopwpar ", name)};
    return must_be_recorded(name);
}

Result<void> check(const RestartCall& call, const StoredImage& image,
                   const spec::Definition& definition) {
    (void)TRY(checkpoint::criu_program());
    TRY(check_fit(call, image, definition));
    return check_startable(definition);
}

}  // namespace

Result<void> rebuild_arrived(const spec::Definition& definition, const std::string& directory,
                             registry::Journal& journal, const Observer& observer) {
    const auto image = TRY(read_image(directory, TRY(os::Dir::open(directory))));
    const RestartCall call = {
        .name = definition.name(), .directory = directory, .paused = true, .arrived = true};
    if (image.record.first_id != definition.general.idbase)
        return does_not_fit(directory, "its range of user ids is somebody else's here");
    return load_and_rebuild(call, image, definition, journal, observer);
}

namespace {

Result<void> restart_system(const RestartCall& call, const StoredImage& image,
                            const Manner& manner) {
    if (manner.dry_run) {
        TRY(must_not_run(call.name));
        TRY(check(call, image, TRY(registry::load(call.name))));
        manner.observer.tell(cat("restartwpar: would restart workload partition ", call.name, "."));
        return {};
    }
    const auto lock = TRY(registry::AdminLock::take({.name = call.name, .verb = "restart"}));
    TRY(recover(call.name, manner.observer));
    const auto definition = TRY(registry::load(call.name));
    TRY(must_not_run(call.name));
    TRY(check(call, image, definition));
    manner.observer.tell(cat("Restarting workload partition '", call.name, "'."));
    const auto done =
        journaled({call.name, registry::Lifetime::boot}, [&](registry::Journal& journal) {
            return load_and_rebuild(call, image, definition, journal, manner.observer);
        });
    TRY(done);
    registry::record({registry::Severity::info, "restartwpar", call.name,
                      cat("restarted from ", call.directory)});
    if (const auto shared = rebalance_active(); !shared)
        manner.observer.tell_warning(shared.error().shown());
    return {};
}

// Its definition went with its end: what is stored is all that is known of it.
Result<int> restart_application(const RestartCall& call, StoredImage image, const Manner& manner) {
    if (image.record.name != call.name)
        return does_not_fit(call.directory, cat("it is of workload partition ", image.record.name));
    if (manner.dry_run) {
        TRY(check_resumable(image, call.stale));
        manner.observer.tell(cat("restartwpar: would restart workload partition ", call.name, "."));
        return 0;
    }
    auto lock = TRY(registry::AdminLock::take({.name = call.name, .verb = "restart"}));
    TRY(recover(call.name, manner.observer));
    if (!registry::defined(call.name)) TRY(forget_ended_move(call.name, manner.observer));
    return resume_application(
        {.image = image, .paused = call.paused, .cut = call.stale, .criu_log = call.criu_log},
        std::move(lock), manner.observer);
}

}  // namespace

Result<int> restart(const RestartCall& call, const Manner& manner) {
    begin_operation(manner);
    auto image = open_image(call.directory);
    if (image && !image->definition.system())
        return restart_application(call, *std::move(image), manner);
    // an application that has ended is defined nowhere but in its checkpoint
    if (!image && !registry::defined(call.name)) return image.error();
    TRY(registry::load(call.name));
    TRY(restart_system(call, TRY(std::move(image)), manner));
    return 0;
}

}  // namespace partition::mobility
