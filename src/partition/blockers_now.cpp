#include "partition/blockers_now.h"

#include "cgroup/group.h"
#include "checkpoint/criu_probe.h"
#include "os/dir.h"
#include "os/mount_table.h"
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

// What lies on ramfs (systemd's credentials, our covers over kernel files) a checkpoint stores and makes again by itself.
Result<std::vector<std::string>> kept_by_us(pid_t init, const spec::Definition& definition) {
    constexpr std::size_t longest = std::size_t{64} << 20;
    std::vector<std::string> points;
    for (const auto& mount : TRY(start_plan(definition)).mounts) points.push_back(mount.target);
    const auto table = TRY(os::read_file(cat("/proc/", init, "/mountinfo"), longest));
    for (const auto& entry : os::parse_mount_table(table))
        if (entry.type == "ramfs") points.push_back(entry.point);
    return points;
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
    subject.external_mounts = TRY(kept_by_us(init->pid, definition));
    auto found = TRY(checkpoint::blockers(subject));
    if (!definition.general.checkpointable) found.insert(found.begin(), without_profile(name));
    return found;
}

}  // namespace partition
