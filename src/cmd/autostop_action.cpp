#include "cmd/actions.h"
#include "cmd/manner.h"
#include "partition/autostop.h"

namespace cmd {

Result<int> autostop(const cli::Arguments& given, cli::Terminal& terminal) {
    constexpr int forced = 3;
    const partition::StopAllCall call = {.patience =
                                             TRY(given.seconds('t', std::chrono::seconds(60)))};
    const auto stopped = TRY(partition::autostop(call, manner(given, terminal)));
    return stopped == partition::StoppedAll::by_force ? forced : 0;
}

}  // namespace cmd
