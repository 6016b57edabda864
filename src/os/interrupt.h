// The administrator's wish to stop (SIGINT, SIGTERM, SIGHUP), remembered until a step can heed it.
#pragma once
#include "base/result.h"

namespace os {

void catch_interrupts();
/// The signal's number, 0 when none came.
int interrupted();
/// Kind::interrupted once a signal came.
Result<void> heed_interrupt();

}  // namespace os
