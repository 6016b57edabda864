#include "partition/copies/backup_record.h"

#include <climits>
#include <map>

#include "base/text.h"

namespace partition::copies {
namespace {

Error senseless(std::string_view what) {
    return {Kind::invalid, cat("the backup's backup.data makes no sense: ", what)};
}

// "KEY= value" of the stanzas that we write.
std::map<std::string, std::string, std::less<>> values_of(std::string_view text,
                                                          std::string_view stanza) {
    std::map<std::string, std::string, std::less<>> values;
    bool inside = false;
    for (const auto& line : split(text, '\n')) {
        if (!line.starts_with('\t')) {
            inside = trim(line) == stanza;
            continue;
        }
        const auto equals = line.find("= ");
        if (inside && equals != std::string::npos)
            values.emplace(trim(line.substr(0, equals)),
                           std::string(trim(line.substr(equals + 2))));
    }
    return values;
}

std::vector<std::string> packages_of(std::string_view text) {
    std::vector<std::string> packages;
    const auto at = text.find("\npackages:\n");
    if (at == std::string_view::npos) return packages;
    for (const auto& line : split(text.substr(at), '\n'))
        if (line.starts_with('\t') && words(line).size() >= 2) packages.emplace_back(trim(line));
    return packages;
}

std::vector<BackupRecord::Generation> generations_of(std::string_view text) {
    std::vector<BackupRecord::Generation> generations;
    for (const auto& [number, digests] : values_of(text, "generations:")) {
        const auto parts = words(digests);
        const auto value = to_number(number);
        if (!value || *value == 0 || *value > UINT_MAX || parts.size() != 2) continue;
        generations.push_back({static_cast<unsigned>(*value), parts[0], parts[1]});
    }
    return generations;
}

}  // namespace

Result<BackupRecord> parse_backup_data(std::string_view text) {
    const auto values = values_of(text, "backup:");
    const auto value = [&](std::string_view key) {
        const auto found = values.find(key);
        return found == values.end() ? std::string() : found->second;
    };
    BackupRecord record;
    const auto version = to_number(value("VERSION"));
    if (!version || *version == 0) return senseless("it has no version");
    if (*version > backup_version)
        return Error{Kind::unsupported,
                     cat("the backup has format ", *version, ", and this corral knows ",
                         backup_version, " at most; it was made by corral ",
                         printable(value("CORRAL")), ": install that version or a newer one")};
    record.version = static_cast<unsigned>(*version);
    record.time = static_cast<std::int64_t>(to_number(value("DATE")).value_or(0));
    record.wpar = value("WPAR");
    record.uuid = value("UUID");
    record.grade = value("GRADE");
    record.still = to_number(value("STILL")).value_or(0);
    record.architecture = value("ARCHITECTURE");
    record.base = value("BASE");
    record.corral = value("CORRAL");
    record.generations = generations_of(text);
    record.packages = packages_of(text);
    return record;
}

std::string host_in(std::string_view image_data) {
    const auto values = values_of(image_data, "image_data:");
    const auto machine = values.find("UNAME_INFO");
    const auto parts =
        machine == values.end() ? std::vector<std::string>() : words(machine->second);
    return parts.size() > 1 ? parts[1] : std::string();
}

}  // namespace partition::copies
