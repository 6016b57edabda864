// What all WPARs share in the global environment: the guard's tables and the switches. Call with the ledger locked.
#pragma once
#include "network/guard.h"
#include "network/plan.h"
#include "network/record.h"

namespace network {

bool has_mode(const Plan& plan, Mode mode);
/// Tables there, everybody's addresses in them when they are new, forwarding on for what is planned.
Result<void> prepare_ground(const Ledger& ledger, const Plan& wished, Guard& guard);

}  // namespace network
