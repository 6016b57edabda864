#include "cmd/actions.h"
#include "cmd/operation_log.h"
#include "partition/mobility/restart.h"

namespace cmd {

Result<int> restart(const cli::Arguments& given, cli::Terminal& terminal) {
    partition::mobility::RestartCall call;
    call.name = given.operand();
    call.directory = given.value('d');
    call.paused = given.has('p');
    call.stale = given.has('F');
    if (given.value('l') == "debug") call.criu_log = given.value('o');
    int status = 0;
    TRY(run_logged(given, terminal, [&](const partition::Manner& how) -> Result<void> {
        status = TRY(partition::mobility::restart(call, how));
        return {};
    }));
    return status;
}

}  // namespace cmd
