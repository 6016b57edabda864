// Checks "keepers" and "operations": what holds each WPAR at this moment.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "doctor/report.h"
#include "doctor/survey.h"

namespace doctor {

struct Hold {
    std::string name = {};
    bool system = true;
    registry::Alive alive = {};
    bool unrecorded = false;           // processes, but no record of them
    std::optional<Error> silent = {};  // its keeper does not answer
    bool awaits_init = false;          // startwpar -1
    bool frozen = false;
    std::string image = {};  // of a Paused one
    bool lost = false;       // its image is not there any more
};
Report judge_keepers(const std::vector<Hold>& holds);

struct Busy {
    std::string name = {};
    std::string verb = {};
    int process = 0;
    std::int64_t seconds = 0;  // so long already
    bool stopped = false;      // the process itself (SIGSTOP)
};
Report judge_operations(const std::vector<Busy>& busy);

Report look_at_keepers(const Survey& survey);
Report look_at_operations(const Survey& survey);

}  // namespace doctor
