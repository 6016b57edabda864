#include "doctor/journals.h"

#include <algorithm>

#include "registry/journal.h"
#include "registry/paths.h"
#include "spec/check.h"

namespace doctor {
namespace {

bool is_readable(const std::string& name) {
    return registry::read_journal(registry::paths::journal(name)) &&
           registry::read_journal(registry::paths::volatile_journal(name));
}

}  // namespace

Report judge_journals(const std::vector<LeftJournal>& left) {
    Report report;
    for (const auto& journal : left) {
        const auto name = printable(journal.name);
        if (!journal.is_name)
            report.add({Severity::warning,
                        cat("'", name, "' among the journals belongs to no workload partition"),
                        cat("rm ", shell_word(registry::paths::journal(journal.name)), " ",
                            shell_word(registry::paths::volatile_journal(journal.name))),
                        journal.name});
        else if (!journal.is_readable)
            report.add(root_only(cat("why there is a journal of ", name)));
        else if (journal.broken)
            report.add({Severity::error, cat(name, " is Broken: ", printable(*journal.broken)),
                        cat("mend the cause, then run any command on it; or remove it with all it "
                            "left: rmwpar -F ",
                            name),
                        journal.name});
        else
            report.add(
                {Severity::warning, cat("an operation on ", name, " was killed half way"),
                 cat("the next command that changes something takes it back, or finishes it; "
                     "for example: corral autostart"),
                 journal.name});
    }
    if (report.findings.empty()) report.state = "none is left";
    return report;
}

Report look_at_journals(const Survey& survey) {
    std::vector<LeftJournal> left;
    auto names = registry::journal_names();
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    for (const auto& name : names) {
        const auto& busy = survey.in_operation;
        if (std::find(busy.begin(), busy.end(), name) != busy.end()) continue;
        left.push_back({name, static_cast<bool>(spec::check_name(name)), is_readable(name),
                        registry::broken_reason(name)});
    }
    return judge_journals(left);
}

}  // namespace doctor
