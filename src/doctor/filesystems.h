// Check "filesystems": types that the kernel knows.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "doctor/report.h"
#include "doctor/survey.h"

namespace doctor {

struct TypeFacts {
    std::vector<std::string> known = {};
    std::vector<std::string> unknown = {};
    std::set<std::string> used = {};  // by definitions
    bool certain = true;              // a module could still bring those that are unknown
};
Report judge_types(const TypeFacts& facts);

Report look_at_filesystems(const Survey& survey);

}  // namespace doctor
