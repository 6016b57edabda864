// startwpar: a defined WPAR to Active, or back to Defined.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "partition/observer.h"
#include "spec/definition.h"

namespace partition {

enum class Phase : std::uint8_t {
    whole,
    load,  // -1: everything but its init, to Loaded
    init   // -2: the init of one that was loaded so
};

struct StartCall {
    std::string name = {};
    bool resolve_clashes = false;  // -a: start without addresses that are taken
    bool maintenance = false;      // -m: file systems mounted, groups made, no process
    Phase phase = Phase::whole;
    std::vector<std::string> environment = {};  // -e: "NAME=value", for its init
};
/// Kind::busy when it is active already.
Result<void> start(const StartCall& call, const Manner& manner);
/// What can be known before anything is changed: all of it is there, its addresses are free, its interfaces up.
Result<void> check_startable(const spec::Definition& definition);
/// Whether it waits for startwpar -2. Until then nothing of it may change, since it is made of what was read.
bool awaits_init(const std::string& name);
/// For operations that hold the lock already.
Result<void> start_locked(const spec::Definition& definition, const StartCall& call,
                          const Observer& observer);

}  // namespace partition
