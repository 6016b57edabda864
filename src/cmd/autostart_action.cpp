#include "cmd/actions.h"
#include "cmd/manner.h"
#include "partition/autostart.h"

namespace cmd {

Result<int> autostart(const cli::Arguments& given, cli::Terminal& terminal) {
    TRY(partition::autostart(manner(given, terminal)));
    return 0;
}

}  // namespace cmd
