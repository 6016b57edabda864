// `corral doctor`: what on this machine stands in the way of WPARs, and what killed or interrupted commands left. It only
// looks; what changes something is named in a remedy, for people to run.
//
// A check is a name, a gatherer and a judge. The gatherer asks the machine, really and cheaply (it makes a namespace to
// know whether one can be made, in a child that ends at once), and brings a plain value; the judge is a pure function from
// that value to a Report. src/base/check.h has the names that errors of the commands point to.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "doctor/report.h"
#include "doctor/survey.h"

namespace doctor {

struct Check {
    std::string_view name;
    std::string_view about;
    Report (*look)(const Survey& survey);
};
/// In the order in which they are run and shown: what others depend on first.
std::span<const Check> all_checks();

struct Examined {
    std::string_view check = {};
    Report report = {};
};
/// The named checks, or all. Kind::invalid for a name that there is not, with those there are.
Result<std::vector<Examined>> examine(const std::vector<std::string>& names);

/// 0: all is well, or there are only notes and what could not be seen; 1: warnings; 2: errors.
int exit_status(std::span<const Examined> examined);

}  // namespace doctor
