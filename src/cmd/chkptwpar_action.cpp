#include "cmd/actions.h"
#include "cmd/operation_log.h"
#include "partition/mobility/checkpoint.h"

namespace cmd {

Result<int> checkpoint(const cli::Arguments& given, cli::Terminal& terminal) {
    partition::mobility::CheckpointCall call;
    call.name = given.operand();
    call.directory = given.value('d');
    if (given.value('l') == "debug") call.criu_log = given.value('o');
    if (given.has('k')) call.after = partition::mobility::After::kill;
    if (given.has('p')) call.after = partition::mobility::After::pause;
    if (!given.has('n') && !given.has("dry-run") && call.directory.empty())
        return Error{Kind::invalid, "flag -d is missing: where is its state to be stored?"};
    TRY(run_logged(given, terminal, [&](const partition::Manner& how) {
        if (given.has('n')) return partition::mobility::checkpoint(call, {how.observer, true});
        return partition::mobility::checkpoint(call, how);
    }));
    return 0;
}

}  // namespace cmd
