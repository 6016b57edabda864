// Check "leftovers": what holds resources of this machine in the name of a WPAR that does not hold it.
#pragma once
#include <string>
#include <vector>

#include "doctor/report.h"
#include "doctor/survey.h"
#include "filesystem/loop.h"
#include "network/traces.h"
#include "os/mount_table.h"

namespace doctor {

struct LeftGroup {
    std::string name = {};
    bool populated = false;
};
/// Everything there is that bears a WPAR's name or number, whether it may or not.
struct Holdings {
    std::vector<std::string> records = {};  // names below /run/wpars
    std::vector<LeftGroup> groups = {};
    std::vector<os::MountEntry> mounts = {};
    std::vector<filesystem::LoopUse> loops = {};
    std::vector<network::Trace> traces = {};
    bool guard_idle = false;
    std::vector<std::string> images = {};  // names below /var/lib/wpars
    std::vector<std::string> bases = {};   // paths below /wpars
};
Report judge_leftovers(const Survey& survey, const Holdings& holdings);

Report look_at_leftovers(const Survey& survey);

}  // namespace doctor
