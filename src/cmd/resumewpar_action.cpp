#include "cmd/actions.h"
#include "cmd/operation_log.h"
#include "partition/mobility/resume.h"

namespace cmd {

Result<int> resume(const cli::Arguments& given, cli::Terminal& terminal) {
    TRY(run_logged(given, terminal, [&](const partition::Manner& how) {
        return partition::mobility::resume({.name = given.operand()}, how);
    }));
    return 0;
}

Result<int> kill_paused(const cli::Arguments& given, cli::Terminal& terminal) {
    TRY(run_logged(given, terminal, [&](const partition::Manner& how) {
        return partition::mobility::kill_paused({.name = given.operand()}, how);
    }));
    return 0;
}

}  // namespace cmd
