// Check "permissions": what is Corral's belongs to root, and nobody else can change it.
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

#include "doctor/report.h"
#include "doctor/survey.h"

namespace doctor {

struct Place {
    std::string path = {};
    uid_t owner = 0;
    mode_t mode = 0755;
};
struct PermissionFacts {
    std::vector<Place> places = {};        // those that are there
    std::vector<Finding> exposed = {};     // base directories that ordinary users could reach
    std::vector<std::string> unseen = {};  // folders that could not be listed
};
Report judge_permissions(const PermissionFacts& facts);

Report look_at_permissions(const Survey& survey);

}  // namespace doctor
