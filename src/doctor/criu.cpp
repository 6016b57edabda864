#include "doctor/criu.h"

#include "os/process.h"

namespace doctor {
namespace {

constexpr int timed_out = 124;

CriuFacts gather(const Survey& survey) {
    CriuFacts facts = {.root = survey.root};
    for (const auto& known : survey.wpars)
        if (known.definition && known.definition->general.checkpointable)
            facts.users.push_back(known.name);
    const auto version = os::run({.arguments = {"timeout", "5", "criu", "--version"}});
    facts.installed = version && version->status == 0;
    if (!facts.installed) return facts;
    facts.version = criu_version(version->output);
    if (!survey.root) return facts;
    const auto checked = os::run({.arguments = {"timeout", "20", "criu", "check"}});
    if (!checked) return facts;
    facts.status = checked->status;
    facts.said = last_words(cat(checked->output, "\n", checked->errors));
    return facts;
}

}  // namespace

std::string criu_version(std::string_view said) {
    for (const auto& line : split(said, '\n'))
        if (line.starts_with("Version:")) return std::string(trim(line.substr(8)));
    return "of unknown version";
}

std::string last_words(std::string_view said) {
    std::string last;
    bool is_error = false;
    for (const auto& line : split(said, '\n')) {
        const auto text = trim(line);
        const bool error = text.find("Error") != std::string_view::npos;
        if (text.empty() || (is_error && !error)) continue;
        last = text;
        is_error = error;
    }
    return last;
}

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
    } else if (facts.status != 0) {
        const auto reason = facts.status == timed_out ? "its check did not end within 20 seconds"
                                                      : printable(facts.said);
        report.add(
            {severity,
             cat("CRIU ", printable(facts.version), " cannot work on this kernel: ", reason, users),
             "install a newer CRIU (3.17.1 is too old for kernels of 2024 and later)", "criu"});
    }
    return report;
}

Report look_at_criu(const Survey& survey) { return judge_criu(gather(survey)); }

}  // namespace doctor
