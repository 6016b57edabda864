#include "partition/system_copy.h"

#include <algorithm>
#include <array>

#include "os/dir.h"
#include "os/interrupt.h"
#include "os/mount_table.h"
#include "partition/content.h"
#include "partition/room.h"
#include "registry/ids.h"
#include "registry/paths.h"
#include "registry/store.h"
#include "rootpart/fresh.h"
#include "rootpart/system_copy.h"
#include "rootpart/tree.h"

namespace partition {
namespace {

bool keeps(const spec::Definition& definition, const char* control) {
    const auto found = definition.copy_controls.find(control);
    return found != definition.copy_controls.end() && found->second == "yes";
}

// proc(5): a header, then a line for each with its path first.
std::vector<std::string> swap_files() {
    std::vector<std::string> files;
    const auto text = os::read_file("/proc/swaps");
    if (!text) return files;
    for (const auto& line : split(*text, '\n'))
        if (line.starts_with('/') && !line.starts_with("/dev/")) files.push_back(words(line)[0]);
    return files;
}

Result<rootpart::CopyRules> rules_for(const spec::Definition& definition) {
    rootpart::CopyRules rules;
    rules.keep_private = keeps(definition, "preserve_private");
    rules.keep_wpars = keeps(definition, "preserve_wpars");
    rules.left_out = swap_files();
    for (const auto& own :
         {definition.directory(), registry::paths::images(definition.name()),
          cat(registry::paths::storage, "/.journal"), std::string(registry::paths::runtime)})
        rules.left_out.push_back(own);
    // the usual place as a whole: what rmwpar -p kept there has no definition any more
    rules.wpars = {std::string(registry::paths::storage), "/var/adm/wpars",
                   std::string(registry::paths::base)};
    for (const auto& name : TRY(registry::names())) {
        rules.wpars.push_back(registry::paths::definition(name));
        const auto other = registry::load_general(name);
        if (other && other->system()) rules.wpars.push_back(other->directory());
    }
    return rules;
}

bool is_on_disk(const os::MountEntry& mount) {
    constexpr std::array types = {"ext2", "ext3", "ext4", "xfs",     "btrfs",
                                  "f2fs", "jfs",  "zfs",  "bcachefs"};
    return std::find(types.begin(), types.end(), mount.type) != types.end();
}

// As AIX copies what lies in rootvg: the system's own places, not what else is mounted somewhere.
bool is_of_the_system(const std::string& point) {
    constexpr std::array places = {"/etc", "/home", "/opt", "/root", "/srv", "/usr", "/var"};
    return std::any_of(places.begin(), places.end(),
                       [&](const char* each) { return os::is_below(point, each); });
}

// Parents first. A directory that is mounted a second time elsewhere is copied where it lies.
Result<std::vector<std::string>> points_to_copy(const rootpart::CopyRules& rules) {
    std::vector<std::string> points = {"/"};
    for (const auto& mount : TRY(os::mount_table())) {
        const bool whole = mount.root == "/" || mount.type == "btrfs";
        if (whole && is_on_disk(mount) && is_of_the_system(mount.point) &&
            !rootpart::is_left_out(rules, mount.point))
            points.push_back(mount.point);
    }
    std::sort(points.begin(), points.end());
    points.erase(std::unique(points.begin(), points.end()), points.end());
    return points;
}

std::function<bool(const std::string&)> skipping(const rootpart::CopyRules& rules,
                                                 const std::string& point) {
    const auto above = point == "/" ? std::string("/") : point + "/";
    return [&rules, above](const std::string& path) {
        return rootpart::is_left_out(rules, above + path);
    };
}

}  // namespace

Result<void> check_copy(const spec::Definition& definition) {
    const auto rules = TRY(rules_for(definition));
    filesystem::Space need;
    for (const auto& point : TRY(points_to_copy(rules))) {
        const auto size =
            TRY(rootpart::measure_tree(TRY(os::Dir::open(point)), skipping(rules, point)));
        need.bytes += size.bytes;
        need.files += size.files;
    }
    return check_fits(definition, need);
}

Result<void> fill_with_copy(const spec::Definition& definition, const Observer& observer) {
    const auto rules = TRY(rules_for(definition));
    const auto global = TRY(os::Dir::open("/"));
    const auto target = TRY(os::Dir::open(definition.directory()));
    for (const auto& point : TRY(points_to_copy(rules))) {
        observer.tell(cat("x .", point == "/" ? "" : point));
        TRY(rootpart::copy_tree(TRY(os::Dir::open(point)), TRY(target.beneath(point)),
                                {.shown = point == "/" ? "" : point,
                                 .stop = &os::interrupt_flag(),
                                 .threads = 2,
                                 .ids = registry::ids_per_wpar,
                                 .skips = skipping(rules, point)})
                .within("copy ", point));
    }
    if (!rules.keep_private) TRY(rootpart::write_locked_accounts(global, target));
    auto options = population(definition);
    options.keep_root_password = rules.keep_private;
    return rootpart::make_own(global, target, options);
}

}  // namespace partition
