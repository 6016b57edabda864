#include "doctor/criu.h"

#include "checkpoint/criu_probe.h"

namespace doctor {
namespace {

CriuFacts gather(const Survey& survey) {
    CriuFacts facts = {.root = survey.root};
    for (const auto& known : survey.wpars)
        if (known.definition && known.definition->general.checkpointable)
            facts.users.push_back(known.name);
    auto found = checkpoint::find_criu();
    if (survey.root) found = checkpoint::check_criu(std::move(found));
    facts.installed = found.installed;
    facts.version = found.version;
    facts.usable = found.usable;
    facts.reason = found.reason;
    facts.dirty_tracking = found.dirty_tracking;
    return facts;
}

}  // namespace

Report judge_criu(const CriuFacts& facts) {
    const auto severity = facts.users.empty() ? Severity::note : Severity::warning;
    const auto users = facts.users.empty()
                           ? std::string()
                           : cat(" (", join(facts.users, ", "), " were made checkpointable)");
    if (!facts.installed)
        return {"",
                {{severity,
                  cat("CRIU is not installed: no workload partition can be checkpointed or "
                      "relocated",
                      users),
                  "install package criu, if you want that", "criu"}}};
    Report report = {cat("CRIU ", printable(facts.version)), {}};
    if (!facts.root) {
        report.add(root_only("whether it works on this kernel"));
    } else if (!facts.usable) {
        report.add({severity,
                    cat("CRIU ", printable(facts.version),
                        " cannot work on this kernel: ", facts.reason, users),
                    std::string(checkpoint::criu_remedy), "criu"});
    } else if (!facts.dirty_tracking) {
        report.add({Severity::note,
                    "the kernel does not tell which memory was written: a relocation stops the "
                    "workload partition for as long as all of its memory takes",
                    "", ""});
    }
    return report;
}

Report look_at_criu(const Survey& survey) { return judge_criu(gather(survey)); }

}  // namespace doctor
