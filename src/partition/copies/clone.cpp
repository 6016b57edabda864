#include "partition/copies/clone.h"

#include <ctime>

#include "filesystem/attach.h"
#include "filesystem/durable.h"
#include "partition/copies/clone_content.h"
#include "partition/copies/clone_plan.h"
#include "partition/copies/retarget.h"
#include "partition/generation_make.h"
#include "partition/make.h"
#include "partition/prepare.h"
#include "partition/recover.h"
#include "partition/reserve.h"
#include "partition/reverse.h"
#include "registry/events.h"
#include "registry/lock.h"
#include "registry/paths.h"
#include "registry/store.h"
#include "spec/file.h"

namespace partition::copies {
namespace {

using registry::Journal;

Result<spec::Definition> original_of(const CloneCall& call) {
    auto definition = TRY(registry::load(call.original));
    if (definition.system()) return definition;
    return Error{Kind::invalid,
                 cat(call.original,
                     " is an application workload partition: it has no file "
                     "systems of its own to be cloned; start another with wparexec")};
}

Result<std::string> name_of(const CloneCall& call) {
    if (call.resolve_clashes) return free_name(call.name);
    TRY(name_must_be_free(call.name));
    return call.name;
}

// -a finds another place and other addresses; without it, what is taken is an error.
Result<spec::Definition> definition_of(const CloneCall& call, const spec::Definition& original,
                                       const std::string& name) {
    auto definition = TRY(prepare(TRY(call.retarget(original, name))));
    return call.resolve_clashes ? resolve_clashes(std::move(definition)) : definition;
}

Error with_remedy(Error error) {
    if (error.kind != Kind::exists) return error;
    error.text += "; -a finds what is free: another name, directory and address";
    return error;
}

Result<ClonePlan> checked_plan(const spec::Definition& original,
                               const spec::Definition& definition) {
    auto plan = TRY(plan_clone(original, definition));
    const auto checked = check_machine(definition);
    if (!checked) return with_remedy(checked.error());
    TRY(check_clone(plan));
    return plan;
}

Result<std::string> try_out(const CloneCall& call, const Observer& observer) {
    const auto original = TRY(original_of(call));
    const auto name = TRY(name_of(call));
    auto definition = TRY(definition_of(call, original, name));
    TRY(number(definition));
    definition = TRY(foresee_generations(std::move(definition), observer));
    const auto plan = TRY(checked_plan(original, definition));
    observer.tell(cat("clonewpar: would make workload partition ", name, " in ",
                      definition.directory(), " from ", call.original, ":"));
    for (const auto& line : describe(plan)) observer.tell(cat("clonewpar: ", line));
    observer.tell(spec::write_specification(definition));
    return name;
}

Result<void> make_clone(const ClonePlan& plan, const CloneCall& call, const Observer& observer) {
    const auto& clone = plan.clone;
    return journaled({.name = clone.name()}, [&](Journal& journal) -> Result<void> {
        const auto lasted = TRY(take_content(plan, journal, observer));
        if (lasted.count() > 0)
            observer.tell(
                cat("clonewpar: ", call.original, " stood still for ", lasted.count(), " ms."));
        TRY(give_identity(plan, call.copy_name_resolution));
        TRY(run_postscripts(clone, observer));
        TRY(filesystem::make_durable(clone.directory(), registry::paths::images(clone.name())));
        TRY(filesystem::unmount_all(clone.directory()));
        TRY(journal.will(reverse::erase_unless_saved(clone.name())));
        return registry::save(clone);
    });
}

void tell_made(const std::string& name, const CloneCall& call, const Observer& observer) {
    registry::record(
        {registry::Severity::info, "clonewpar", name, cat("made from ", call.original)});
    observer.tell(cat("Workload partition ", name, " created successfully."));
    observer.tell(
        "clonewpar: 0960-390 To start the workload partition, execute the following as root:");
    observer.tell(cat(" startwpar [-v] ", name));
}

}  // namespace

// The original's lock comes first, as that of the old name does in chwpar -n.
Result<std::string> clone(const CloneCall& call, const Manner& manner) {
    const auto& observer = manner.observer;
    begin_operation(manner);
    TRY(original_of(call));
    if (manner.dry_run) return try_out(call, observer);
    const auto held = TRY(registry::AdminLock::take({.name = call.original, .verb = "clone"}));
    TRY(recover(call.original, observer));
    const auto original = TRY(original_of(call));
    const auto name = TRY(name_of(call));
    auto definition = TRY(definition_of(call, original, name));
    auto lock = TRY(registry::AdminLock::take({.name = name, .verb = "create"}));
    TRY(recover(name, observer));
    TRY(name_must_be_free(name));  // made while we waited
    TRY(reserve(definition, lock, observer));
    definition.general.cdate = definition.general.mdate = std::time(nullptr);
    TRY(make_clone(TRY(checked_plan(original, definition)), call, observer));
    tell_made(name, call, observer);
    return name;
}

}  // namespace partition::copies
