#include "partition/copies/retarget.h"

#include <algorithm>

#include "registry/store.h"
#include "spec/check.h"
#include "spec/merge.h"
#include "spec/values.h"

namespace partition::copies {
namespace {

Result<void> check_content_stays(const spec::Definition& over) {
    const auto& general = over.general;
    const bool other = general.privateusr || general.preserve || general.systemcopy ||
                       !general.image.empty() || !over.copy_controls.empty();
    if (!other) return {};
    return Error{Kind::invalid,
                 "what its root is filled with comes from the original; of the flags of mkwpar, "
                 "-B, -C, -l, -p, -t and -T have no meaning here"};
}

std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

// "web1.example.com" and "/srv/wpars/web1" follow from the name, too.
void follow_name(spec::General& general, const std::string& old, const std::string& fresh) {
    if (general.hostname.starts_with(old + "."))
        general.hostname.replace(0, old.size(), fresh);
    else
        general.hostname.clear();  // no two may answer to one name
    if (general.directory.ends_with("/" + old))
        general.directory = cat(parent_of(general.directory), "/", fresh);
}

const spec::Mount* find(const std::vector<spec::Mount>& mounts, const std::string& directory) {
    const auto found = std::find_if(mounts.begin(), mounts.end(), [&](const spec::Mount& mount) {
        return mount.directory == directory;
    });
    return found == mounts.end() ? nullptr : &*found;
}

// A device holds one file system of one WPAR.
Result<void> check_device(const spec::Mount& mount, const Retarget& wanted) {
    if (!spec::is_own_file_system(mount.vfs) || mount.dev.empty()) return {};
    const auto* instead = find(wanted.over.mounts, mount.directory);
    if (instead != nullptr && !(instead->dev.empty() && instead->size.empty())) return {};
    return Error{Kind::busy,
                 cat("-M directory=", printable(mount.directory), ": dev='", printable(mount.dev),
                     "' belongs to workload partition ", wanted.source.name(),
                     "; name another device with: -M \"-M directory=", printable(mount.directory),
                     " dev=DEVICE\", or with size=SIZE let an image be made")};
}

void restore_devices(spec::Definition& definition, const spec::Definition& source) {
    for (auto& mount : definition.mounts)
        if (const auto* before = find(source.mounts, mount.directory)) mount.dev = before->dev;
}

}  // namespace

Result<spec::Definition> retarget(const Retarget& wanted) {
    const auto& [source, over, keep_devices] = wanted;
    TRY(spec::check_name(over.name()));
    TRY(check_content_stays(over));
    if (!keep_devices)
        for (const auto& mount : source.mounts) TRY(check_device(mount, wanted));
    auto definition = spec::copy_of(source);
    if (keep_devices) restore_devices(definition, source);
    follow_name(definition.general, source.name(), over.name());
    definition.general.autostart = false;
    definition.general.postscripts.clear();  // they ran, once
    if (!over.networks.empty()) definition.networks.clear();
    return spec::merge(std::move(definition), over);
}

Result<std::string> free_name(const std::string& wished) {
    TRY(spec::check_name(wished));
    const auto taken = TRY(registry::names());
    const auto is_taken = [&](const std::string& name) {
        return std::find(taken.begin(), taken.end(), name) != taken.end();
    };
    auto name = wished;
    for (unsigned suffix = 1; is_taken(name); ++suffix) {
        name = cat(wished, "-", suffix);
        TRY(spec::check_name(name).within("'", wished, "' and the names that follow it are taken"));
    }
    return name;
}

}  // namespace partition::copies
