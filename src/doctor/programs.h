// Check "programs": what the commands run.
#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "doctor/report.h"
#include "doctor/survey.h"

namespace doctor {

struct ProgramNeed {
    std::string_view program = {};
    std::string_view package = {};
    std::string_view purpose = {};
    Severity lacking = Severity::note;  // how bad it is when it is not there
};
struct ProgramFacts {
    std::vector<ProgramNeed> needs = {};
    std::set<std::string, std::less<>> missing = {};
};
/// Worse for what definitions use.
std::vector<ProgramNeed> program_needs(const Survey& survey);
Report judge_programs(const ProgramFacts& facts);

Report look_at_programs(const Survey& survey);

}  // namespace doctor
