#include "doctor/definitions.h"

#include <map>

#include "os/dir.h"
#include "os/mount_table.h"
#include "partition/storage.h"
#include "registry/paths.h"
#include "security/privileges.h"
#include "spec/check.h"

namespace doctor {
namespace {

Claims claims_of(const Known& known) {
    Claims claims = {.name = known.name};
    if (known.system()) claims.base = known.definition->directory();
    for (const auto& network : known.definition->networks)
        claims.addresses.push_back(network.address.empty() ? network.address6 : network.address);
    return claims;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string restore_or_remove(const std::string& name) {
    return cat("restore it from a backup, or remove the workload partition: rmwpar -F ", name);
}

void add_missing(const Known& known, Report& report) {
    const auto& definition = *known.definition;
    const auto base = definition.directory();
    if (!os::exists(base)) {
        report.add({Severity::error,
                    cat(known.name, ": base directory '", printable(base), "' is missing"),
                    restore_or_remove(known.name), known.name});
        return;
    }
    const auto all = partition::file_systems(definition);
    if (!all) report.add({Severity::error, all.error().text, {}, known.name});
    for (const auto& one : all ? *all : std::vector<filesystem::FileSystem>{})
        if (filesystem::is_made(one.type) && !filesystem::is_created(one))
            report.add({Severity::error,
                        cat(known.name, ": file system ", printable(one.directory), ": '",
                            printable(filesystem::missing_part(one)), "' is missing"),
                        restore_or_remove(known.name), known.name});
}

void add_problems(const Survey& survey, const Known& known, Report& report) {
    const auto file = registry::paths::definition(known.name);
    if (known.problem) {
        report.add({Severity::error, first_line(known.problem->text),
                    cat("edit ", file, ", or restore it from a backup"), known.name});
        return;
    }
    const auto sense = spec::check(*known.definition, {.privileges = security::names()});
    if (!sense)
        report.add({Severity::error, cat(known.name, ": ", first_line(sense.error().text)),
                    cat("edit ", file, ", or use chwpar ", known.name), known.name});
    // what only root can see, an ordinary user must not call missing
    if (survey.root && known.system() && !known.in_operation) add_missing(known, report);
}

}  // namespace

std::vector<Finding> clashes(const std::vector<Claims>& all) {
    std::vector<Finding> found;
    std::map<std::string, std::string> holders;
    for (const auto& one : all) {
        for (const auto& address : one.addresses) {
            const auto [holder, first] = holders.emplace(address, one.name);
            if (first || holder->second == one.name) continue;
            found.push_back(
                {Severity::warning,
                 cat("address ", printable(address), " belongs to both ", holder->second, " and ",
                     one.name, ", so only one of them can be active"),
                 cat("give one of them another: chwpar -N ", one.name), one.name});
        }
        for (const auto& other : all) {
            if (&other == &one || one.base.empty() || other.base.empty()) continue;
            const bool same = one.base == other.base;
            if (same ? one.name < other.name : !os::is_below(one.base, other.base)) continue;
            found.push_back(
                {Severity::error,
                 cat("base directory '", printable(one.base), "' of ", one.name,
                     same ? " is that of " : " lies in that of ", other.name),
                 cat("move it, and change 'directory' in ", registry::paths::definition(one.name)),
                 one.name});
        }
    }
    return found;
}

std::vector<Finding> odd_files(const std::vector<std::string>& entries) {
    std::vector<Finding> found;
    for (const auto& entry : entries) {
        const auto path = cat(registry::paths::definitions, "/", entry);
        const auto word = shell_word(path);
        if (entry.ends_with(".cf.new"))
            found.push_back({Severity::note,
                             cat("'", printable(path), "' is what a killed command was writing"),
                             cat("rm ", word), path});
        if (!entry.ends_with(".cf")) continue;
        const auto name = entry.substr(0, entry.size() - 3);
        if (const auto fits = spec::check_name(name); !fits)
            found.push_back({Severity::warning,
                             cat("'", printable(path),
                                 "' names no workload partition: ", first_line(fits.error().text)),
                             cat("rename it or remove it: rm ", word), path});
    }
    return found;
}

Report look_at_definitions(const Survey& survey) {
    Report report;
    std::vector<Claims> all;
    for (const auto& known : survey.wpars) {
        if (!spec::check_name(known.name)) continue;  // odd_files tells
        add_problems(survey, known, report);
        if (known.definition) all.push_back(claims_of(known));
    }
    for (auto& clash : clashes(all)) report.add(std::move(clash));
    const auto folder = os::Dir::open(std::string(registry::paths::definitions));
    const auto entries = folder ? folder->entries() : folder.error();
    if (entries)
        for (auto& odd : odd_files(*entries)) report.add(std::move(odd));
    report.state = survey.wpars.empty() ? std::string("no workload partition is defined")
                                        : cat(all.size(), " of ", survey.wpars.size(),
                                              " can be read and make sense");
    return report;
}

}  // namespace doctor
