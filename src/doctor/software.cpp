#include "doctor/software.h"

#include "partition/delivered.h"

namespace doctor {

Report judge_levels(const std::vector<Level>& levels) {
    Report report;
    for (const auto& level : levels) {
        if (level.delivered == level.now) continue;
        report.add({Severity::note,
                    cat("packages changed in the global environment since ", level.name,
                        " was made or last synchronized"),
                    cat("syncwpar ", level.name), level.name});
    }
    report.state = cat(levels.size() - report.findings.size(), " of ", levels.size(),
                       " that share /usr are level with the global environment");
    if (levels.empty()) report.state = "no workload partition shares /usr";
    return report;
}

Report look_at_software(const Survey& survey) {
    if (!survey.root) {
        Report report;
        report.add(root_only("what WPARs were filled with"));
        return report;
    }
    std::vector<Level> levels;
    const auto now = partition::present_level();
    for (const auto& known : survey.wpars) {
        if (!known.system() || known.in_operation) continue;
        if (auto level = partition::delivered_level(*known.definition))
            levels.push_back({known.name, *std::move(level), now});
    }
    return judge_levels(levels);
}

}  // namespace doctor
