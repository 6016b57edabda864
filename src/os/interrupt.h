// The administrator's wish to stop (SIGINT, SIGTERM, SIGHUP and what else is named), remembered until a step can heed it.
#pragma once
#include <atomic>
#include <initializer_list>

#include "base/result.h"

namespace os {

void catch_interrupts(std::initializer_list<int> also = {});
/// Set once such a signal came; for loops that ask between two pieces of work.
const std::atomic<bool>& interrupt_flag();
/// Kind::interrupted once a signal came.
Result<void> heed_interrupt();

}  // namespace os
