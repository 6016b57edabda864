#include "doctor/idmap.h"

#include <algorithm>

#include "filesystem/checks.h"
#include "os/mount_table.h"
#include "partition/storage.h"
#include "registry/paths.h"

namespace doctor {
namespace {

void add(std::vector<TriedPlace>& places, const std::string& path, const std::string& users) {
    const auto known = std::find_if(places.begin(), places.end(),
                                    [&](const TriedPlace& place) { return place.path == path; });
    if (known == places.end()) places.push_back({path, users, {}, {}});
}

// What a start probes: a base directory that is gone is told by check definitions.
void try_place(TriedPlace& place, const std::vector<os::MountEntry>& table) {
    if (const auto* mount = os::mount_of(table, place.path)) place.type = mount->type;
    const auto probed = filesystem::check_idmap(place.path);
    if (!probed) place.error = probed.error();
}

}  // namespace

std::vector<TriedPlace> places_of(const Survey& survey) {
    std::vector<TriedPlace> places;
    add(places, std::string(registry::paths::base), {});
    add(places, "/usr", {});
    add(places, "/opt", {});
    for (const auto& known : survey.wpars) {
        if (!known.system()) continue;
        const auto users = cat("workload partition ", known.name);
        add(places, known.definition->directory(), users);
        const auto all = partition::file_systems(*known.definition);
        for (const auto& one : all ? *all : std::vector<filesystem::FileSystem>{})
            if (one.type == filesystem::Type::bind) add(places, one.device, users);
    }
    return places;
}

Report judge_idmap(const std::vector<TriedPlace>& tried) {
    Report report;
    std::vector<std::string> fine;
    for (const auto& place : tried) {
        if (!place.error) {
            fine.push_back(cat(printable(place.path), " (", place.type, ")"));
            continue;
        }
        auto finding = finding_of(Severity::error, *place.error);
        if (!place.users.empty()) finding.text = cat(place.users, ": ", finding.text);
        if (finding.text.find(place.path) == std::string::npos)
            finding.text = cat("'", printable(place.path), "': ", finding.text);
        finding.subject = place.path;
        report.add(std::move(finding));
    }
    report.state = join(fine, ", ");
    return report;
}

Report look_at_idmap(const Survey& survey) {
    if (!survey.root) return {"", {root_only("whether file systems can shift ids")}};
    auto places = places_of(survey);
    const auto table = os::mount_table();
    for (auto& place : places) try_place(place, table ? *table : std::vector<os::MountEntry>());
    return judge_idmap(places);
}

}  // namespace doctor
