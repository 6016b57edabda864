#include "cmd/actions.h"
#include "cmd/manner.h"
#include "partition/freeze.h"

namespace cmd {

Result<int> freeze(const cli::Arguments& given, cli::Terminal& terminal) {
    TRY(partition::freeze(given.operand(), manner(given, terminal)));
    return 0;
}

Result<int> thaw(const cli::Arguments& given, cli::Terminal& terminal) {
    TRY(partition::let_go_on(given.operand(), manner(given, terminal)));
    return 0;
}

}  // namespace cmd
