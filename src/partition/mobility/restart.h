// restartwpar: a WPAR goes on from a checkpoint.
#pragma once
#include <string>

#include "base/result.h"
#include "partition/observer.h"
#include "registry/journal.h"
#include "spec/definition.h"

namespace partition::mobility {

struct RestartCall {
    std::string name = {};
    std::string directory = {};  // of the checkpoint
    bool paused = false;         // it ends Paused instead of Active
    bool stale = false;    // although its files have been used since; an application's are cut
    bool arrived = false;  // from another host, with its files
    std::string criu_log =
        {};  // a file that CRIU's own log, in all detail, is added to; empty: none
};
/// Of an application WPAR the exit status of its command, once every process has ended; else 0.
Result<int> restart(const RestartCall& call, const Manner& manner);

/// One that comes from another host, Paused, from what store_for_move() stored there. The journal gets what releases it again;
/// its definition need not be saved yet.
Result<void> rebuild_arrived(const spec::Definition& definition, const std::string& directory,
                             registry::Journal& journal, const Observer& observer);

}  // namespace partition::mobility
