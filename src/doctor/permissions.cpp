#include "doctor/permissions.h"

#include <sys/stat.h>

#include "filesystem/checks.h"
#include "os/dir.h"
#include "partition/sharing.h"
#include "partition/storage.h"
#include "registry/paths.h"

namespace doctor {
namespace {

constexpr std::string_view event_folder = "/var/adm/wpars";

void add(const std::string& path, PermissionFacts& facts) {
    struct stat found = {};
    if (::lstat(path.c_str(), &found) != 0 || S_ISLNK(found.st_mode)) return;
    facts.places.push_back({path, found.st_uid, found.st_mode & 07777});
}

void add_with_entries(const std::string& folder, PermissionFacts& facts) {
    if (!os::exists(folder)) return;
    add(folder, facts);
    const auto opened = os::Dir::open(folder);
    const auto entries = opened ? opened->entries() : opened.error();
    if (!entries) {
        facts.unseen.push_back(folder);
        return;
    }
    for (const auto& entry : *entries) add(cat(folder, "/", entry), facts);
}

void note_exposed(const std::string& name, const Result<void>& looked, PermissionFacts& facts) {
    if (looked || looked.error().kind != Kind::denied) return;
    auto finding = finding_of(Severity::error, looked.error());
    finding.text = cat(name, ": ", finding.text);
    finding.subject = name;
    facts.exposed.push_back(std::move(finding));
}

void add_exposed(const Known& known, PermissionFacts& facts) {
    note_exposed(known.name, filesystem::check_above(known.definition->directory()), facts);
    const auto all = partition::file_systems(*known.definition);
    for (const auto& one : all ? *all : std::vector<filesystem::FileSystem>{})
        if (one.type == filesystem::Type::bind)
            note_exposed(known.name, partition::check_shared(one), facts);
}

}  // namespace

Report judge_permissions(const PermissionFacts& facts) {
    Report report;
    for (const auto& place : facts.places) {
        const auto word = shell_word(place.path);
        if (place.owner != 0)
            report.add({Severity::error,
                        cat("'", printable(place.path), "' belongs to user ", place.owner,
                            ", not to root"),
                        cat("chown root:root ", word), place.path});
        if ((place.mode & 0022) != 0)
            report.add({Severity::error,
                        cat("'", printable(place.path), "' can be written by others than root"),
                        cat("chmod go-w ", word), place.path});
    }
    for (const auto& exposed : facts.exposed) report.add(exposed);
    for (const auto& folder : facts.unseen) report.add(root_only(cat("what is in ", folder)));
    report.state = facts.places.empty() ? std::string("nothing of Corral's is there yet")
                                        : cat(facts.places.size(), " paths of Corral's");
    return report;
}

Report look_at_permissions(const Survey& survey) {
    PermissionFacts facts;
    for (const auto folder : {registry::paths::definitions, registry::paths::storage,
                              registry::paths::runtime, event_folder})
        add_with_entries(std::string(folder), facts);
    const std::string base(registry::paths::base);
    add(base, facts);
    // where a WPAR would be put by default; what is missing is made as it should be
    if (os::exists(base) && survey.wpars.empty())
        note_exposed(base, filesystem::check_above(cat(base, "/new")), facts);
    for (const auto& known : survey.wpars) {
        add_with_entries(registry::paths::run(known.name), facts);
        if (known.system()) add_exposed(known, facts);
    }
    return judge_permissions(facts);
}

}  // namespace doctor
