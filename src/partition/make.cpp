#include "partition/make.h"

#include <ctime>

#include "filesystem/attach.h"
#include "filesystem/checks.h"
#include "filesystem/durable.h"
#include "os/dir.h"
#include "os/process.h"
#include "partition/content.h"
#include "partition/delivered.h"
#include "partition/generation_make.h"
#include "partition/password.h"
#include "partition/prepare.h"
#include "partition/recover.h"
#include "partition/reserve.h"
#include "partition/reverse.h"
#include "partition/server.h"
#include "partition/storage.h"
#include "registry/events.h"
#include "registry/lock.h"
#include "registry/paths.h"
#include "registry/store.h"
#include "spec/file.h"

namespace partition {
namespace {

using registry::Journal;

Result<void> make_file_systems(const spec::Definition& definition, Journal& journal,
                               const Observer& observer) {
    observer.tell("mkwpar: Creating file systems...");
    TRY(journal.will(reverse::remove_base(definition)));
    TRY(filesystem::make_base(definition.directory()));
    for (const auto& mount : definition.mounts) observer.tell(cat(" ", mount.directory));
    for (const auto& wanted : TRY(file_systems(definition))) {
        if (!filesystem::is_made(wanted.type)) continue;
        TRY(journal.will(reverse::remove_file_system(definition, wanted.directory)));
        TRY(filesystem::create(wanted).within("-M directory=", wanted.directory));
    }
    return {};
}

Result<void> finish_root(const spec::Definition& definition, const MakeCall& call,
                         const Observer& observer) {
    if (call.root_password)
        TRY(set_root_password(TRY(os::Dir::open(definition.directory())), *call.root_password));
    return run_postscripts(definition, observer);
}

Result<void> mount_and_fill(spec::Definition& definition, const MakeCall& call, Journal& journal,
                            const Observer& observer) {
    observer.tell("Mounting all workload partition file systems.");
    TRY(journal.will(reverse::unmount(definition)));
    TRY(mount_file_systems(definition, {.to_populate = true}));
    if (!definition.general.preserve) {
        TRY(fill_root(definition, observer));
        if (follows_software(definition)) {
            TRY(journal.will(reverse::forget_delivered(definition.name())));
            TRY(remember_delivered(definition));
        }
        TRY(finish_root(definition, call, observer));
        // a definition is saved only once what it speaks of would survive a loss of power
        TRY(filesystem::make_durable(definition.directory(),
                                     registry::paths::images(definition.name())));
    }
    return filesystem::unmount_all(definition.directory());
}

Result<void> create(const spec::Definition& definition, const MakeCall& call,
                    const Observer& observer) {
    return journaled({.name = definition.name()}, [&](Journal& journal) -> Result<void> {
        if (!definition.general.preserve) TRY(make_file_systems(definition, journal, observer));
        auto saved = definition;
        TRY(mount_and_fill(saved, call, journal, observer));
        TRY(journal.will(reverse::erase_unless_saved(definition.name())));
        saved.general.preserve = false;
        return registry::save(saved);
    });
}

void describe(const spec::Definition& definition, const Observer& observer) {
    observer.tell(cat("mkwpar: would create workload partition ", definition.name(), " in ",
                      definition.directory(), ":"));
    if (const auto source = describe_source(definition); !source.empty())
        observer.tell(cat("mkwpar: would fill it from ", source));
    observer.tell(spec::write_specification(definition));
}

}  // namespace

Result<void> run_postscripts(const spec::Definition& definition, const Observer& observer) {
    for (const auto& script : definition.general.postscripts) {
        const auto said =
            TRY(os::run_ok({.arguments = {script, definition.name(), definition.directory()}})
                    .within("post-installation script (-k)"));
        if (!trim(said).empty()) observer.tell(trim(said));
    }
    return {};
}

Result<void> make(const MakeCall& call, const Manner& manner) {
    const auto& observer = manner.observer;
    begin_operation(manner);
    auto definition = TRY(prepare(call.definition));
    const auto& name = definition.name();
    if (!call.only_write) TRY(name_must_be_free(name));
    if (call.resolve_clashes) definition = TRY(resolve_clashes(std::move(definition)));
    if (!call.output.empty() && !manner.dry_run)
        TRY(write_specification(definition, call.output, call.force));
    if (call.only_write) return {};
    if (manner.dry_run) {
        TRY(number(definition));
        definition = TRY(foresee_generations(std::move(definition), observer));
        TRY(check_machine(definition));
        describe(definition, observer);
        return {};
    }
    auto lock = TRY(registry::AdminLock::take({.name = name, .verb = "create"}));
    TRY(recover(name, observer));
    TRY(name_must_be_free(name));  // made while we waited
    TRY(reserve(definition, lock, observer));
    TRY(check_machine(definition));
    if (!definition.general.preserve && !call.force) TRY(check_room(definition));
    if (!call.force) TRY(check_servers(definition));
    definition.general.cdate = definition.general.mdate = std::time(nullptr);
    const auto wanted = TRY(file_systems(definition));
    for (const auto& line : TRY(advice(wanted))) observer.tell_warning(line);
    TRY(create(definition, call, observer));
    registry::record({registry::Severity::info, "mkwpar", name, "created"});
    observer.tell(cat("Workload partition ", name, " created successfully."));
    observer.tell(
        "mkwpar: 0960-390 To start the workload partition, execute the following as root:");
    observer.tell(cat(" startwpar [-v] ", name));
    return {};
}

}  // namespace partition
