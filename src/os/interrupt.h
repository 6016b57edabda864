// The administrator's wish to stop (SIGINT, SIGTERM, SIGHUP), remembered until a step can heed it.
#pragma once
#include <atomic>

#include "base/result.h"

namespace os {

void catch_interrupts();
/// Set once such a signal came; for loops that ask between two pieces of work.
const std::atomic<bool>& interrupt_flag();
/// Kind::interrupted once a signal came.
Result<void> heed_interrupt();

}  // namespace os
