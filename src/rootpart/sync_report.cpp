#include "rootpart/sync_report.h"

namespace rootpart {
namespace {

using What = Change::What;

What what_of(const Step& step) {
    switch (step.decision.act) {
        case Act::add:
            return What::added;
        case Act::replace:
            return What::replaced;
        case Act::remove:
            return What::removed;
        case Act::stay_away:
            return What::stays_away;
        case Act::nothing:
            return What::nature;
        default:
            return What::kept;
    }
}

std::string note_of(const Step& step) {
    const auto shown = cat("/", step.path);
    switch (step.decision.act) {
        case Act::take_over:
            return cat("replaced as demanded; the changed one is ", shown, old_beside);
        case Act::keep_beside:
            return cat("changed in the workload partition; the new one is ", shown, new_beside);
        case Act::keep:
            return "changed in the workload partition";
        case Act::keep_old:
            return "changed in the workload partition; no package of the global environment has it "
                   "any more";
        case Act::stay_away:
            return "removed in the workload partition; there is a new one in the global "
                   "environment";
        default:
            return {};
    }
}

}  // namespace

Change change_of(const Step& step) { return {what_of(step), cat("/", step.path), note_of(step)}; }

}  // namespace rootpart
