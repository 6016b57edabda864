// Check "software": WPARs that share /usr have what belongs to it in their /etc and /var.
#pragma once
#include <string>
#include <vector>

#include "doctor/report.h"
#include "doctor/survey.h"

namespace doctor {

struct Level {
    std::string name = {};
    std::string delivered = {};  // empty: the last synchronisation could not do all
    std::string now = {};        // of what it shares
};
Report judge_levels(const std::vector<Level>& levels);

Report look_at_software(const Survey& survey);

}  // namespace doctor
