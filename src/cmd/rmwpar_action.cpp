#include "cmd/actions.h"
#include "cmd/manner.h"
#include "partition/removal.h"

namespace cmd {

Result<int> remove(const cli::Arguments& given, cli::Terminal& terminal) {
    TRY(partition::remove({.name = given.operand(),
                           .force = given.has('F'),
                           .stop = given.has('s'),
                           .preserve = given.has('p')},
                          manner(given, terminal)));
    return 0;
}

}  // namespace cmd
