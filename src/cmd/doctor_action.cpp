#include <algorithm>
#include <nlohmann/json.hpp>

#include "cmd/actions.h"
#include "doctor/doctor.h"

namespace cmd {
namespace {

using doctor::Examined;
using doctor::Finding;
using doctor::Severity;
using Json = nlohmann::ordered_json;

Json object(std::string_view check, const Finding& finding) {
    return {{"check", check},
            {"severity", doctor::word(finding.severity)},
            {"finding", finding.text},
            {"remedy", finding.remedy},
            {"subject", finding.subject}};
}

// Names may come from damaged files, and hold any bytes.
std::string as_json(std::span<const Examined> examined) {
    auto list = Json::array();
    for (const auto& [check, report] : examined) {
        if (report.findings.empty())
            list.push_back(object(check, {Severity::ok, report.state, {}, {}}));
        for (const auto& finding : report.findings) list.push_back(object(check, finding));
    }
    return list.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string padded(std::string_view word, std::size_t width) {
    std::string text(word);
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

std::string row(std::string_view check, Severity severity, std::string_view text) {
    return cat(padded(check, 12), padded(doctor::word(severity), 8), printable(text), "\n");
}

// "idmap       ok      /wpars (ext4)", and below it what was found and what mends it.
std::string as_text(const Examined& one) {
    const auto& [check, report] = one;
    std::string text;
    if (report.findings.empty() || !report.state.empty())
        text = row(check, report.verdict(), report.state);
    for (const auto& finding : report.findings) {
        text += row(text.empty() ? check : "", finding.severity, finding.text);
        if (!finding.remedy.empty())
            text += cat(padded("", 12), padded("remedy:", 8), printable(finding.remedy), "\n");
    }
    return text;
}

std::string counted(std::size_t count, std::string_view what) {
    return cat(count, " ", what, count == 1 ? "" : "s");
}

std::string summary(std::span<const Examined> examined) {
    std::array<std::size_t, 5> counts = {};
    for (const auto& one : examined)
        for (const auto& finding : one.report.findings)
            ++counts[static_cast<std::size_t>(finding.severity)];
    const auto of = [&](Severity severity) { return counts[static_cast<std::size_t>(severity)]; };
    auto text =
        cat(counted(examined.size(), "check"), ": ", counted(of(Severity::error), "error"), ", ",
            counted(of(Severity::warning), "warning"), ", ", counted(of(Severity::note), "note"));
    if (of(Severity::unknown) != 0) text += cat(", ", of(Severity::unknown), " not seen");
    return text + "\n";
}

}  // namespace

Result<int> examine(const cli::Arguments& given, cli::Terminal& terminal) {
    const auto examined = TRY(doctor::examine(given.operands()));
    if (given.has("json")) {
        terminal.text(as_json(examined));
    } else {
        for (const auto& one : examined) terminal.text(as_text(one));
        terminal.text(summary(examined));
    }
    return doctor::exit_status(examined);
}

}  // namespace cmd
