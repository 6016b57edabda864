#include "partition/blockers_now.h"

#include <chrono>

#include "cgroup/group.h"
#include "checkpoint/criu_probe.h"
#include "os/dir.h"
#include "os/mount_table.h"
#include "partition/start_plan.h"
#include "registry/state.h"
#include "registry/store.h"

namespace partition {
namespace {

constexpr auto settling_patience = std::chrono::seconds(5);

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

Result<checkpoint::Subject> subject_of(const spec::Definition& definition) {
    const auto& host = cgroup::Hierarchy::host();
    if (!host) return host.error();
    const auto init = registry::recorded_init(definition.name());
    if (!init) return Error{Kind::missing, "its first process has ended"};
    checkpoint::Subject subject;
    subject.init = init->pid;
    subject.processes = TRY(TRY(cgroup::Group::open(*host, definition.name())).processes());
    subject.abilities = present_criu().abilities;
    subject.abilities.ghost_bytes = ghost_bytes;
    subject.scan_paths = watched_places();
    subject.external_mounts = TRY(kept_by_us(init->pid, definition));
    return subject;
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
    const auto definition = TRY(registry::load_loaded(name));
    auto found = TRY(checkpoint::blockers(TRY(subject_of(definition))));
    if (!definition.general.checkpointable) found.insert(found.begin(), without_profile(name));
    return found;
}

Result<std::vector<checkpoint::Blocker>> settled_blockers(const std::string& name) {
    const auto definition = TRY(registry::load_loaded(name));
    return checkpoint::settled_blockers([&] { return subject_of(definition); }, settling_patience);
}

}  // namespace partition
