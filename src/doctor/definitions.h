// Check "definitions": they can be read, make sense, and do not clash.
#pragma once
#include <string>
#include <vector>

#include "doctor/report.h"
#include "doctor/survey.h"

namespace doctor {

/// A definition as far as clashes go.
struct Claims {
    std::string name = {};
    std::string base = {};  // empty: none of its own
    std::vector<std::string> addresses = {};
};
/// The same address twice; one base directory in another.
std::vector<Finding> clashes(const std::vector<Claims>& all);
/// What lies in /etc/wpars and is no definition although it looks like one.
std::vector<Finding> odd_files(const std::vector<std::string>& entries);

Report look_at_definitions(const Survey& survey);

}  // namespace doctor
