// Taking away everything that holds a loaded WPAR in the kernel. Complete and repeatable: it is the last half of a stop,
// the reverse of a start, and the cleaning up after a WPAR that ended unseen.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "partition/observer.h"
#include "spec/definition.h"

namespace partition {

/// What must be known of a WPAR to release it.
struct Traces {
    std::string name = {};
    std::string base = {};  // empty: it has no file systems of its own
    std::uint32_t key = 0;  // 0: it has no network of its own
};
Traces traces_of(const spec::Definition& definition);
/// From what was running, else from the definition, else from the name alone (a damaged one).
Traces traces_of(const std::string& name);

struct Release {
    bool forced = false;     // detach busy mounts, too
    Observer observer = {};  // hears AIX's lines of a stop
};
/// Kind::busy names processes that would not die. What could be removed is removed all the same.
Result<void> release(const Traces& traces, const Release& how = {});

/// Who holds the WPAR is killed if it is there for longer than that.
Result<void> end_keeper(const std::string& name, std::chrono::milliseconds patience);

}  // namespace partition
