#include "cmd/actions.h"
#include "cmd/manner.h"
#include "partition/start.h"

namespace cmd {

Result<int> start(const cli::Arguments& given, cli::Terminal& terminal) {
    TRY(partition::start(
        {.name = given.operand(), .resolve_clashes = given.has('a'), .maintenance = given.has('m')},
        manner(given, terminal)));
    return 0;
}

}  // namespace cmd
