// restartwpar: a WPAR goes on from a checkpoint.
#pragma once
#include <string>

#include "base/result.h"
#include "partition/observer.h"

namespace partition {

struct RestartCall {
    std::string name = {};
    std::string directory = {};  // of the checkpoint
    bool paused = false;         // it ends Paused instead of Active
    bool stale = false;          // although its files have been used since
    std::string criu_log =
        {};  // a file that CRIU's own log, in all detail, is added to; empty: none
};
Result<void> restart(const RestartCall& call, const Manner& manner);

}  // namespace partition
