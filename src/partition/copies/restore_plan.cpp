#include "partition/copies/restore_plan.h"

#include <sys/utsname.h>

#include <algorithm>

#include "os/dir.h"
#include "partition/copies/backup_rights.h"
#include "partition/copies/backup_shared.h"
#include "partition/copies/restore_views.h"
#include "partition/copies/retarget.h"
#include "partition/prepare.h"
#include "partition/reserve.h"
#include "registry/store.h"
#include "spec/check.h"
#include "spec/defaults.h"
#include "spec/file.h"
#include "spec/image_data.h"
#include "spec/values.h"

namespace partition::copies {
namespace {

Result<void> check_architecture(const OpenedBackup& backup, const RestoreCall& call) {
    struct utsname machine = {};
    (void)::uname(&machine);
    if (backup.record.architecture == machine.machine || call.go_on) return {};
    return Error{Kind::unsupported,
                 cat("the backup was made on ", printable(backup.record.architecture),
                     ", and this machine is ", machine.machine,
                     ": its programs would not run here; -C restores it all the same")};
}

// Sizes as image.data has them: of file systems that the definition has, too, and that are made here.
Result<void> take_sizes(spec::Definition& definition, const spec::ImageData& image) {
    for (const auto& listed : TRY(spec::parse_image_data(image)))
        for (auto& mount : definition.mounts)
            if (mount.directory == listed.directory && spec::is_own_file_system(mount.vfs) &&
                mount.dev.empty())
                mount.size = listed.size;
    return {};
}

Result<spec::Definition> source_of(const RestoreCall& call, const OpenedBackup& backup) {
    auto source = backup.definition;
    if (!call.specification.empty()) {
        const auto text = TRY(os::read_file(call.specification).within("-w"));
        source = TRY(spec::parse_specification(text, call.specification));
    }
    source = spec::with_default_mounts(std::move(source));
    if (!call.image_data.empty()) {
        const auto text = TRY(os::read_file(call.image_data).within("-i"));
        TRY(take_sizes(source, {text, call.image_data, call.shrink}));
    } else if (call.shrink) {
        TRY(take_sizes(source, {backup.said.image_data, "image.data", true}));
    }
    if (!source.system())
        return Error{Kind::invalid, "the backup's definition is one of an application"};
    if (!source.name().empty()) TRY(spec::check_name(source.name()).within("wpar.spec"));
    return source;
}

Result<std::string> name_of(const RestoreCall& call, const spec::Definition& source) {
    const auto& wished = call.name.empty() ? source.name() : call.name;
    if (wished.empty()) return Error{Kind::invalid, "no name; give one with -n"};
    TRY(spec::check_name(wished));
    if (call.replace) return wished;
    if (call.resolve_clashes) return free_name(wished);
    if (!registry::defined(wished)) return wished;
    return Error{Kind::exists,
                 cat("A workload partition called ", wished,
                     " exists already; -F replaces it, -a finds another name, and -n gives one")};
}

// Restored under its own name it is the same system.
void keep_identity(spec::General& general, const spec::General& source) {
    if (general.hostname.empty()) general.hostname = source.hostname;
    if (general.directory.empty()) general.directory = source.directory;
    if (general.uuid.empty()) general.uuid = source.uuid;
    general.autostart |= source.autostart;
}

Result<void> check_rights(const RestoreCall& call, const RestorePlan& plan,
                          const Observer& observer) {
    const auto* present = plan.present ? &*plan.present : nullptr;
    const auto rights = untrusted_rights(plan.backup, plan.wanted, present);
    if (rights.empty()) return {};
    if (call.trust) {
        for (const auto& right : rights) observer.tell_detail(cat("trusted: ", right));
        return {};
    }
    return Error{Kind::denied,
                 cat("the backup asks for more than a workload partition has by itself:\n  ",
                     join(rights, "\n  "),
                     "\nGive --trust if you know who made it, or settings without "
                     "them with -w or -M")};
}

}  // namespace

Result<RestorePlan> plan_restore(const RestoreCall& call, const std::vector<OpenedBackup>& chain,
                                 const Observer& observer) {
    const auto& newest = chain.back();
    TRY(check_architecture(newest, call));
    RestorePlan plan;
    plan.backup = TRY(source_of(call, newest));
    const auto name = TRY(name_of(call, plan.backup));
    if (call.replace && registry::defined(name)) plan.present = TRY(registry::load(name));
    plan.wanted = TRY(call.retarget(plan.backup, name));
    plan.renews = name != plan.backup.name();
    if (!plan.renews) keep_identity(plan.wanted.general, plan.backup.general);
    if (!call.devices.empty()) plan.wanted.general.devices = call.devices;
    const auto* present = plan.present ? &*plan.present : nullptr;
    plan.warnings = TRY(settle_views(plan.wanted, newest, present));
    TRY(check_rights(call, plan, observer));
    plan.wanted = TRY(prepare(std::move(plan.wanted)));
    if (call.resolve_clashes && !plan.present)
        plan.wanted = TRY(resolve_clashes(std::move(plan.wanted)));
    plan.skip = places_of_others(plan.wanted);
    return plan;
}

}  // namespace partition::copies
