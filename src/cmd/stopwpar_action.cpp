#include "cmd/actions.h"
#include "cmd/manner.h"
#include "cmd/stop_call.h"
#include "partition/reboot.h"

namespace cmd {

Result<int> stop(const cli::Arguments& given, cli::Terminal& terminal) {
    const auto call = TRY(stop_call(given));
    const auto how = manner(given, terminal);
    if (given.has('r'))
        TRY(partition::reboot(call, how));
    else
        TRY(partition::stop(call, how));
    return 0;
}

Result<int> reboot(const cli::Arguments& given, cli::Terminal& terminal) {
    TRY(partition::reboot(TRY(stop_call(given)), manner(given, terminal)));
    return 0;
}

}  // namespace cmd
