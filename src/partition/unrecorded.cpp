#include "partition/unrecorded.h"

#include "os/dir.h"
#include "partition/group.h"
#include "registry/paths.h"

namespace partition {

bool runs_unrecorded(const std::string& name) {
    if (os::exists(registry::paths::run(name))) return false;
    const auto group = open_group(name);
    if (!group) return false;
    const auto populated = group->populated();
    return populated && *populated;
}

std::string unrecorded_reason(const std::string& name) {
    return cat("Workload partition ", name, " still has processes, but their record '",
               registry::paths::run(name), "' was removed; end them with stopwpar -F ", name);
}

Result<void> must_be_recorded(const std::string& name) {
    if (!runs_unrecorded(name)) return {};
    return Error{Kind::busy, unrecorded_reason(name)};
}

}  // namespace partition
