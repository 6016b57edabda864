#include "doctor/holdings.h"

#include "cgroup/group.h"
#include "os/dir.h"
#include "partition/wishes.h"
#include "registry/paths.h"

namespace doctor {
namespace {

// What begins with a dot is everybody's.
std::vector<std::string> names_in(std::string_view folder) {
    const auto opened = os::Dir::open(std::string(folder));
    auto entries = opened ? opened->entries() : opened.error();
    if (!entries) return {};  // nothing was ever made there
    std::erase_if(*entries, [](const std::string& entry) { return entry.starts_with('.'); });
    return *std::move(entries);
}

std::vector<LeftGroup> groups() {
    std::vector<LeftGroup> found;
    const auto& host = cgroup::Hierarchy::host();
    if (!host) return found;  // check cgroup tells
    for (const auto& name : host->list()) {
        const auto group = cgroup::Group::open(*host, name);
        const auto populated = group ? group->populated() : group.error();
        found.push_back({name, populated && *populated});
    }
    return found;
}

}  // namespace

Holdings gather_holdings() {
    Holdings found;
    found.records = names_in(registry::paths::runtime);
    found.groups = groups();
    if (auto mounts = os::mount_table()) found.mounts = *std::move(mounts);
    if (auto loops = filesystem::loops_below(std::string(registry::paths::storage)))
        found.loops = *std::move(loops);
    const auto site = partition::network_site();
    if (auto traces = network::traces(site)) found.traces = *std::move(traces);
    const auto idle = network::is_guard_idle(site);
    found.guard_idle = idle && *idle;
    found.images = names_in(registry::paths::storage);
    for (const auto& name : names_in(registry::paths::base))
        found.bases.push_back(cat(registry::paths::base, "/", name));
    return found;
}

}  // namespace doctor
