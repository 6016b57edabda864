// resumewpar and killwpar: a Paused WPAR to Active, or to Defined (an application WPAR to gone).
#pragma once
#include <chrono>
#include <string>

#include "base/result.h"
#include "partition/observer.h"

namespace partition::mobility {

struct ResumeCall {
    std::string name = {};
    std::chrono::milliseconds lock_patience = std::chrono::seconds(10);  // for who is at work on it
};
/// Both: Kind::busy, with the remedy, for one that is not Paused.
Result<void> resume(const ResumeCall& call, const Manner& manner);
Result<void> kill_paused(const ResumeCall& call, const Manner& manner);

}  // namespace partition::mobility
