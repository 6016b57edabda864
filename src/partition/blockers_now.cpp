#include "partition/blockers_now.h"

#include "cgroup/group.h"
#include "checkpoint/criu_probe.h"
#include "partition/start_plan.h"
#include "registry/state.h"
#include "registry/store.h"

namespace partition {
namespace {

// The largest deleted file that a checkpoint takes along.
constexpr std::uint64_t ghost_bytes = 256 << 20;

// Once for all WPARs that are listed.
const checkpoint::Criu& present_criu() {
    static const auto criu = checkpoint::find_criu();
    return criu;
}

checkpoint::Blocker without_profile(const std::string& name) {
    checkpoint::Blocker blocker;
    blocker.what = "it was not started as a checkpointable one";
    blocker.remedy = cat("chwpar -c ", name, ", and start it again");
    return blocker;
}

}  // namespace

const std::vector<std::string>& watched_places() {
    static const std::vector<std::string> places = {"/etc", "/run", "/usr/share/dbus-1", "/var"};
    return places;
}

Result<std::vector<checkpoint::Blocker>> blockers_now(const std::string& name) {
    const auto& host = cgroup::Hierarchy::host();
    if (!host) return host.error();
    const auto init = registry::recorded_init(name);
    if (!init) return Error{Kind::missing, "its first process has ended"};
    const auto definition = TRY(registry::load_loaded(name));
    checkpoint::Subject subject;
    subject.init = init->pid;
    subject.processes = TRY(TRY(cgroup::Group::open(*host, name)).processes());
    subject.abilities = present_criu().abilities;
    subject.abilities.ghost_bytes = ghost_bytes;
    subject.scan_paths = watched_places();
    for (const auto& mount : TRY(start_plan(definition)).mounts)
        subject.external_mounts.push_back(mount.target);
    auto found = TRY(checkpoint::blockers(subject));
    if (!definition.general.checkpointable) found.insert(found.begin(), without_profile(name));
    return found;
}

}  // namespace partition
