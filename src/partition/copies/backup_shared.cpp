#include "partition/copies/backup_shared.h"

#include <algorithm>
#include <map>

#include "partition/copies/backup_names.h"

namespace partition::copies {
namespace {

struct Held {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
};
using HeldBelow = std::map<std::string, Held>;

Result<HeldBelow> count(const OpenedBackup& backup, const std::vector<std::string>& places) {
    HeldBelow held;
    if (places.empty()) return held;
    TRY(each_name(backup.manifest.get(), [&](const BackupName& name) {
        for (const auto& place : places) {
            if (name.path == place || !is_at_or_below(name.path, place)) continue;
            auto& sum = held[place];
            ++sum.files;
            sum.bytes += name.size;
        }
        return Result<void>();
    }));
    return held;
}

std::string whose(const spec::Mount& mount) {
    if (!mount.host.empty())
        return cat("'", printable(mount.dev), "' of server ", printable(mount.host));
    return cat("the global environment's '", printable(mount.dev), "'");
}

}  // namespace

std::vector<std::string> places_of_others(const spec::Definition& definition) {
    std::vector<std::string> places;
    for (const auto& mount : definition.mounts)
        if (mount.vfs == "namefs" || mount.vfs == "bind" || mount.vfs == "nfs" ||
            mount.vfs == "tmpfs")
            places.push_back(mount.directory.substr(1));
    return places;
}

Result<std::vector<std::string>> tell_of_shared(const OpenedBackup& backup,
                                                const spec::Definition& definition,
                                                const std::vector<std::string>& files) {
    const auto held = TRY(count(backup, places_of_others(definition)));
    std::string chain;
    for (const auto& file : files) chain += cat(" -f ", shell_word(file));
    std::vector<std::string> lines;
    for (const auto& mount : definition.mounts) {
        const auto found = held.find(mount.directory.substr(1));
        if (found == held.end()) continue;
        lines.push_back(cat(found->second.files, " files (", (found->second.bytes >> 20) + 1,
                            " MB) below '", printable(mount.directory),
                            "' are in the backup and are not written back: they belong to ",
                            whose(mount), "; take them out with: restwparfiles", chain,
                            " -d DIRECTORY ", shell_word(cat(".", mount.directory)),
                            ", and copy from there what is wanted"));
    }
    return lines;
}

}  // namespace partition::copies
