#include "doctor/interfaces.h"

#include <algorithm>

namespace doctor {
namespace {

std::vector<InterfaceUse> uses_of(const Survey& survey) {
    std::vector<InterfaceUse> uses;
    for (const auto& known : survey.wpars) {
        if (!known.definition) continue;
        for (const auto& wanted : known.definition->networks) {
            const auto global = network::mapped_interface(wanted.interface);
            uses.push_back({known.name, global ? *global : wanted.interface, wanted.mode});
        }
    }
    return uses;
}

// Routed, what has no mode is made of veth; so are ports of bridges.
bool needs(const InterfaceUse& use, std::string_view kind) {
    return use.mode == kind || (kind == "veth" && use.mode != "macvlan" && use.mode != "ipvlan");
}

Finding unmakable(const network::TriedKind& kind, const std::vector<InterfaceUse>& uses) {
    std::vector<std::string> users;
    for (const auto& use : uses)
        if (needs(use, kind.name)) users.push_back(use.wpar);
    const bool basic = kind.name == "veth";
    const auto severity = basic || !users.empty() ? Severity::error : Severity::note;
    return {severity,
            cat("no interface of kind ", kind.name, " can be made",
                users.empty() ? "" : cat(" (", join(users, ", "), ")"), ": ", kind.error->text),
            severity == Severity::error ? cat("modprobe ", kind.name, ", or a kernel that has it")
                                        : std::string(),
            kind.name};
}

std::optional<Finding> trouble_with(const InterfaceUse& use,
                                    const std::vector<network::GlobalInterface>& there) {
    const auto found = std::find_if(there.begin(), there.end(),
                                    [&](const auto& one) { return one.name == use.interface; });
    const auto name = printable(use.interface);
    if (found == there.end())
        return Finding{Severity::warning,
                       cat("there is no interface '", name, "', which ", use.wpar, " uses"),
                       cat("make it, map it in /etc/wpars/devmap, or give ", use.wpar,
                           " another one with chwpar -N"),
                       use.wpar};
    if (!found->up)
        return Finding{Severity::warning,
                       cat("interface ", name, ", which ", use.wpar, " uses, is down"),
                       cat("ip link set ", shell_word(use.interface), " up"), use.wpar};
    return std::nullopt;
}

std::string shown(const std::vector<network::GlobalInterface>& there) {
    std::vector<std::string> names;
    for (const auto& one : there)
        if (!one.loopback) names.push_back(cat(printable(one.name), one.up ? "" : " (down)"));
    return names.empty() ? "no interface but loopback" : join(names, " ");
}

InterfaceFacts gather(const Survey& survey) {
    InterfaceFacts facts = {.uses = uses_of(survey)};
    if (auto there = network::interfaces()) facts.there = *std::move(there);
    if (!survey.root) return facts;
    if (auto kinds = network::try_kinds()) facts.kinds = *std::move(kinds);
    return facts;
}

}  // namespace

Report judge_interfaces(const InterfaceFacts& facts) {
    Report report;
    report.state = shown(facts.there);
    if (!facts.kinds) {
        report.add(root_only("which kinds of interfaces can be made"));
    } else {
        std::vector<std::string> makable;
        for (const auto& kind : *facts.kinds) {
            if (!kind.error)
                makable.push_back(kind.name);
            else
                report.add(unmakable(kind, facts.uses));
        }
        if (!makable.empty()) report.state += cat("; can make ", join(makable, " "));
    }
    for (const auto& use : facts.uses)
        if (auto trouble = trouble_with(use, facts.there)) report.add(*std::move(trouble));
    return report;
}

Report look_at_interfaces(const Survey& survey) { return judge_interfaces(gather(survey)); }

}  // namespace doctor
