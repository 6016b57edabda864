// Check "idmap": file systems under WPARs, and those that they share, can carry idmapped mounts.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "doctor/report.h"
#include "doctor/survey.h"

namespace doctor {

struct TriedPlace {
    std::string path = {};
    std::string users = {};  // "workload partition web1"; empty: all that are made with defaults
    std::string type = {};   // of its file system
    std::optional<Error> error = {};
};
Report judge_idmap(const std::vector<TriedPlace>& tried);
/// Base directories and shared directories, each once, with who uses it.
std::vector<TriedPlace> places_of(const Survey& survey);

Report look_at_idmap(const Survey& survey);

}  // namespace doctor
