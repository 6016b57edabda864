#include "cmd/actions.h"
#include "cmd/manner.h"
#include "cmd/settings.h"
#include "partition/change.h"
#include "spec/attributes.h"
#include "spec/defaults.h"
#include "spec/merge.h"

namespace cmd {
namespace {

// What every WPAR has would only come back as it is.
Result<void> take_back_mount(const std::string& directory, spec::Definition& wanted) {
    const auto before = spec::with_default_mounts(wanted).mounts;
    TRY(spec::remove_mount(wanted, directory));
    const auto after = spec::with_default_mounts(wanted).mounts;
    for (const auto& old : before)
        for (const auto& now : after)
            if (old.directory == directory && now.directory == directory &&
                (old == now || (old.vfs == "overlay" && now.vfs == "overlay")))
                return Error{Kind::invalid,
                             cat("-M directory=", directory,
                                 ": every workload partition has this directory, and it cannot be "
                                 "removed")};
    return {};
}

Result<void> take_back_objects(const cli::Arguments& given, spec::Definition& wanted) {
    for (const auto& pairs : given.objects('N')) {
        spec::Network which;
        TRY(spec::set_attributes(which, pairs).within("-N"));
        TRY(spec::remove_network(wanted, which));
    }
    for (const auto& pairs : given.objects('I')) {
        spec::Route which;
        TRY(spec::set_attributes(which, pairs).within("-I"));
        TRY(spec::remove_route(wanted, which));
    }
    for (const auto& pairs : given.objects('M')) {
        spec::Mount which;
        TRY(spec::set_attributes(which, pairs).within("-M"));
        TRY(take_back_mount(which.directory, wanted));
    }
    return {};
}

Result<spec::Definition> with_defaults(const cli::Arguments& given, spec::Definition wanted) {
    TRY(take_back_objects(given, wanted));
    if (given.has('R')) TRY(spec::reset_attributes(wanted.resources, given.all('R')));
    if (given.has('S')) wanted.security = {};
    if (given.has('A')) wanted.general.autostart = false;
    if (given.has('c')) wanted.general.checkpointable = false;
    if (given.has('i')) wanted.general.routing = false;
    if (given.has('u')) wanted.general.script.clear();
    if (given.has('x')) wanted.general.xwparipc = false;
    return wanted;
}

}  // namespace

Result<int> change(const cli::Arguments& given, cli::Terminal& terminal) {
    partition::ChangeCall call;
    call.name = given.operand();
    call.wish = [&](const spec::Definition& existing) {
        return given.has('K') ? with_defaults(given, existing) : changed(given, existing);
    };
    call.resolve_clashes = given.has('a');
    call.force = given.has('F');
    if (given.has('P'))
        call.root_password = TRY(ask_password(cat("Root password of ", call.name, ": ")));
    TRY(partition::change(call, manner(given, terminal)));
    return 0;
}

}  // namespace cmd
