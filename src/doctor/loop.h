// Check "loop": devices that carry images of file systems.
#pragma once
#include <string>
#include <vector>

#include "doctor/report.h"
#include "doctor/survey.h"

namespace doctor {

struct LoopFacts {
    int error = 0;  // errno of opening /dev/loop-control
    bool root = true;
    std::vector<std::string> users = {};  // WPARs with images
};
Report judge_loop(const LoopFacts& facts);

Report look_at_loop(const Survey& survey);

}  // namespace doctor
