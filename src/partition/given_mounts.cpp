#include "partition/given_mounts.h"

#include <algorithm>

#include "os/dir.h"
#include "os/mount_table.h"
#include "partition/start_plan.h"

namespace partition {

bool GivenMounts::is_outer(const std::string& point) const {
    return std::any_of(outer.begin(), outer.end(),
                       [&](const launch::Outer& one) { return one.point == point; });
}

Result<GivenMounts> given_mounts(const spec::Definition& definition, pid_t init) {
    constexpr std::size_t longest = std::size_t{64} << 20;
    const auto table =
        os::parse_mount_table(TRY(os::read_file(cat("/proc/", init, "/mountinfo"), longest)));
    GivenMounts mounts;
    mounts.outer = launch::outer_mounts(TRY(start_plan(definition)), table);
    // what it has put there, beside the devices
    mounts.kept.push_back({"/dev", "0", false});
    // systemd's credentials
    for (const auto& one : table)
        if (one.type == "ramfs" && !mounts.is_outer(one.point))
            mounts.kept.push_back(
                {one.point, std::to_string(mounts.kept.size()), one.options.starts_with("ro")});
    return mounts;
}

}  // namespace partition
