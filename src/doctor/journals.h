// Check "journals": what operations left that were killed half way, or whose clean-up failed.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "doctor/report.h"
#include "doctor/survey.h"

namespace doctor {

struct LeftJournal {
    std::string name = {};
    bool is_name = true;  // of a WPAR
    bool is_readable = true;
    std::optional<std::string> broken = {};  // why its recovery failed
};
Report judge_journals(const std::vector<LeftJournal>& left);

Report look_at_journals(const Survey& survey);

}  // namespace doctor
