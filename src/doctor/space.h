// Check "space": room for what Corral and its WPARs write.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "doctor/report.h"
#include "doctor/survey.h"

namespace doctor {

struct Volume {
    std::vector<std::string> paths = {};  // what of ours lies on it
    std::string user = {};                // a WPAR's own file system: its name
    std::uint64_t bytes = 0;
    std::uint64_t free_bytes = 0;
    std::uint64_t files = 0;  // 0: made as they are needed
    std::uint64_t free_files = 0;
    bool read_only = false;
    std::uint64_t promised = 0;  // what images on it may still grow
};
Report judge_space(const std::vector<Volume>& volumes);

Report look_at_space(const Survey& survey);

}  // namespace doctor
