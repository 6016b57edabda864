// Check "cgroup": where groups are made, and which limits can be enforced.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "doctor/report.h"
#include "doctor/survey.h"

namespace doctor {

struct LackingController {
    std::string name = {};
    Error reason = {};
};
struct CgroupFacts {
    std::optional<Error> none = {};  // there is no v2 tree
    std::string described = {};      // "cgroup v2 at /sys/fs/cgroup; v2: cpu memory"
    std::vector<LackingController> lacking = {};
    bool writable = true;
    std::string top = {};
    std::optional<int> birth = {};  // errno of a process born into a group; none: not tried
    struct Wanted {
        std::string wpar = {};
        Error reason = {};
    };
    std::vector<Wanted> unmet = {};  // limits of WPARs that cannot be enforced here
};
Report judge_cgroup(const CgroupFacts& facts);

Report look_at_cgroup(const Survey& survey);

}  // namespace doctor
