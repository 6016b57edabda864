#include "cmd/actions.h"
#include "cmd/manner.h"
#include "cmd/settings.h"
#include "partition/copies/restore.h"
#include "partition/start.h"

namespace cmd {
namespace {

Result<void> take_synchronization(const std::string& how, partition::copies::RestoreCall& call) {
    if (how == "a" || how == "A")
        call.only_add = true;
    else if (how == "f" || how == "F")
        call.force_synchronize = true;
    else if (how == "n")
        call.synchronize = false;
    else if (!how.empty())
        return Error{Kind::invalid,
                     cat("flag -S takes a, A, f, F or n, not '", printable(how), "'")};
    return {};
}

}  // namespace

Result<int> restore(const cli::Arguments& given, cli::Terminal& terminal) {
    partition::copies::RestoreCall call;
    call.files = given.values('f');
    call.name = given.value('n');
    call.resolve_clashes = given.has('a');
    call.replace = given.has('F');
    call.trust = given.has("trust");
    call.go_on = given.has('C');
    call.copy_name_resolution = given.has('r');
    call.specification = given.value('w');
    call.image_data = given.value('i');
    call.shrink = given.has('k');
    call.devices = given.value('B');
    call.blocks = TRY(given.number('b')).value_or(call.blocks);
    TRY(take_synchronization(given.value('S'), call));
    call.retarget = [&](const spec::Definition& source, const std::string& name) {
        return retargeted({given, source, name, name == source.name()});
    };
    const auto how = manner(given, terminal);
    const auto name = TRY(partition::copies::restore(call, how));
    if (given.has('s') && !how.dry_run) TRY(partition::start({.name = name}, how));
    return 0;
}

}  // namespace cmd
