#include "cmd/actions.h"
#include "cmd/manner.h"
#include "cmd/settings.h"
#include "partition/copies/clone.h"
#include "partition/start.h"

namespace cmd {

Result<int> clone(const cli::Arguments& given, cli::Terminal& terminal) {
    partition::copies::CloneCall call;
    call.original = given.operands()[0];
    call.name = given.operands()[1];
    call.resolve_clashes = given.has('a');
    call.copy_name_resolution = given.has('r');
    call.retarget = [&](const spec::Definition& source, const std::string& name) {
        return retargeted({given, source, name});
    };
    const auto how = manner(given, terminal);
    const auto name = TRY(partition::copies::clone(call, how));
    if (given.has('s') && !how.dry_run) TRY(partition::start({.name = name}, how));
    return 0;
}

}  // namespace cmd
