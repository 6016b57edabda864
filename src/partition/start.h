// startwpar: a defined WPAR to Active, or back to Defined.
#pragma once
#include <string>

#include "base/result.h"
#include "partition/observer.h"
#include "spec/definition.h"

namespace partition {

struct StartCall {
    std::string name = {};
    bool resolve_clashes = false;  // -a: start without addresses that are taken
    bool maintenance = false;      // -m: file systems mounted, groups made, no process
};
/// Kind::busy when it is active already.
Result<void> start(const StartCall& call, const Manner& manner);
/// What can be known before anything is changed: all of it is there, its addresses are free, its interfaces up.
Result<void> check_startable(const spec::Definition& definition);
/// For operations that hold the lock already.
Result<void> start_locked(const spec::Definition& definition, const StartCall& call,
                          const Observer& observer);

}  // namespace partition
