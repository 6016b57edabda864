#include "doctor/report.h"

#include <algorithm>

namespace doctor {

std::string_view word(Severity severity) {
    switch (severity) {
        case Severity::ok:
            return "ok";
        case Severity::note:
            return "note";
        case Severity::unknown:
            return "unknown";
        case Severity::warning:
            return "warning";
        case Severity::error:
            return "error";
    }
    return "unknown";
}

Severity Report::verdict() const {
    auto worst = Severity::ok;
    for (const auto& finding : findings) worst = std::max(worst, finding.severity);
    return worst;
}

Finding finding_of(Severity severity, const Error& error) {
    const auto at = error.text.find("; ");
    if (at == std::string::npos) return {severity, error.text, {}, {}};
    return {severity, error.text.substr(0, at), error.text.substr(at + 2), {}};
}

Finding root_only(std::string_view what) {
    return {Severity::unknown,
            cat(what, " only root can see"),
            "run corral doctor as root of the global environment",
            {}};
}

}  // namespace doctor
