// The flags that stopwpar and rebootwpar share.
#pragma once
#include "cli/arguments.h"
#include "partition/stop.h"

namespace cmd {

inline Result<partition::StopCall> stop_call(const cli::Arguments& given) {
    partition::StopCall call;
    call.name = given.operand();
    if (given.has('F')) call.kind = partition::StopKind::forced;
    if (given.has('h')) call.kind = partition::StopKind::hard;
    const auto usual = std::chrono::seconds(given.has('h') ? 60 : 600);  // AIX's time-outs
    call.patience = TRY(given.seconds('t', usual));
    if (given.has('N')) call.patience.reset();
    return call;
}

}  // namespace cmd
