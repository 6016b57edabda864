#include "doctor/ids.h"

#include <algorithm>

#include "os/dir.h"
#include "registry/ids.h"
#include "registry/paths.h"

namespace doctor {
namespace {

constexpr std::size_t few = 100;

bool overlap(std::uint64_t one, std::uint64_t other, std::uint64_t count) {
    return one < other + count && other < one + registry::ids_per_wpar;
}

std::string again(const UsedIds& copied) {
    return cat("a definition that was copied by hand has the ids of its original: move ",
               registry::paths::definition(copied.name), " away, and make it anew with mkwpar -f");
}

void judge_pair(const UsedIds& one, const UsedIds& other, Report& report) {
    if (one.key == other.key && one.key != 0)
        report.add({Severity::error,
                    cat(one.name, " and ", other.name, " have the same id ", one.key), again(other),
                    other.name});
    if (one.first != 0 && other.first != 0 &&
        overlap(one.first, other.first, registry::ids_per_wpar))
        report.add({Severity::error,
                    cat("user ids of ", one.name, " and ", other.name, " overlap (from ", one.first,
                        " and ", other.first, "), so each could harm the other's processes"),
                    again(other), other.name});
}

void judge_one(const UsedIds& one, const std::vector<HandedOut>& handed_out, Report& report) {
    if (one.system && (one.key == 0 || one.first == 0))
        report.add({Severity::error, cat(one.name, " has no id of its own, so it cannot start"),
                    again(one), one.name});
    for (const auto& range : handed_out)
        if (one.first != 0 && overlap(one.first, range.first, range.count))
            report.add(
                {Severity::warning,
                 cat("user ids of ", one.name, " (from ", one.first, ") overlap those of '",
                     printable(range.user), "' in ", range.file, ", who could harm its processes"),
                 cat("give '", printable(range.user), "' another range in ", range.file),
                 one.name});
}

}  // namespace

std::vector<HandedOut> parse_subordinate(const std::string& file, std::string_view text) {
    std::vector<HandedOut> ranges;
    for (const auto& line : split(text, '\n')) {
        const auto fields = split(line, ':');
        if (fields.size() != 3) continue;
        const auto first = to_number(trim(fields[1]));
        const auto count = to_number(trim(fields[2]));
        if (first && count && *count != 0) ranges.push_back({file, fields[0], *first, *count});
    }
    return ranges;
}

Report judge_ids(const IdFacts& facts) {
    Report report;
    for (std::size_t at = 0; at < facts.used.size(); ++at) {
        judge_one(facts.used[at], facts.handed_out, report);
        for (std::size_t later = at + 1; later < facts.used.size(); ++later)
            judge_pair(facts.used[at], facts.used[later], report);
    }
    const auto taken = std::min<std::size_t>(facts.used.size(), registry::most_keys);
    const auto left = registry::most_keys - taken;
    report.state = cat(left, " of ", registry::most_keys, " are free");
    if (left < few)
        report.add({left == 0 ? Severity::error : Severity::warning,
                    cat("only ", left, " workload partition ids are left"),
                    "remove workload partitions that are not needed: rmwpar NAME", "ids"});
    return report;
}

Report look_at_ids(const Survey& survey) {
    IdFacts facts;
    for (const auto& known : survey.wpars)
        if (known.definition)
            facts.used.push_back({known.name, known.definition->general.key,
                                  known.definition->general.idbase, known.system()});
    for (const std::string file : {"/etc/subuid", "/etc/subgid"})
        if (const auto text = os::read_file(file))
            for (auto& range : parse_subordinate(file, *text))
                facts.handed_out.push_back(std::move(range));
    return judge_ids(facts);
}

}  // namespace doctor
