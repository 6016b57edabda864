// Telling the event log whom the kernel killed in a WPAR for want of memory.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "cgroup/memory_events.h"
#include "cgroup/oom_log.h"
#include "spec/definition.h"

namespace partition {

/// Tells each kill once, whoever asks and however often; of many at once, the last few and how many more there were.
/// Nothing to tell is fine.
Result<void> report_oom(const std::string& name);

/// For whoever holds the WPAR; empty where its memory is not accounted.
cgroup::MemoryWatch oom_watch(const std::string& name);

/// What else is known about a victim, as far as it could be asked while it was dying.
struct OomContext {
    pid_t inner_pid = 0;          // as the WPAR numbers it; 0: not known
    bool machine_numbers = true;  // the log's process numbers are those that this environment sees
};
/// The event's text: "process 4711 (perl, user 0) was killed: ...".
std::string describe_oom(const spec::Definition& definition, const cgroup::OomVictim& victim,
                         const OomContext& context);

}  // namespace partition
