// Check "criu": whether WPARs can be checkpointed and relocated.
#pragma once
#include <string>
#include <vector>

#include "doctor/report.h"
#include "doctor/survey.h"

namespace doctor {

struct CriuFacts {
    bool installed = false;
    std::string version = {};  // "3.17.1"
    bool root = true;
    bool usable = false;      // on this kernel
    std::string reason = {};  // why not
    bool dirty_tracking = false;
    std::vector<std::string> users = {};  // checkpointable WPARs
};
Report judge_criu(const CriuFacts& facts);

Report look_at_criu(const Survey& survey);

}  // namespace doctor
