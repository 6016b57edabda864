#include "partition/blockers_now.h"

#include <chrono>

#include "checkpoint/criu_probe.h"
#include "partition/given_mounts.h"
#include "partition/group.h"
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

Result<checkpoint::Subject> subject_of(const spec::Definition& definition) {
    const auto init = registry::recorded_init(definition.name());
    if (!init) return Error{Kind::missing, "its first process has ended"};
    checkpoint::Subject subject;
    subject.init = init->pid;
    subject.processes = TRY(TRY(open_group(definition.name())).processes());
    subject.abilities = present_criu().abilities;
    subject.abilities.ghost_bytes = ghost_bytes;
    subject.scan_paths = watched_places();
    const auto given = TRY(given_mounts(definition, init->pid));
    for (const auto& one : given.outer) subject.external_mounts.push_back(one.point);
    for (const auto& one : given.kept) subject.external_mounts.push_back(one.point);
    return subject;
}

checkpoint::Blocker without_profile(const spec::Definition& definition) {
    checkpoint::Blocker blocker;
    blocker.what = "it was not started as a checkpointable one";
    blocker.remedy = definition.system()
                         ? cat("chwpar -c ", definition.name(), ", and start it again")
                         : std::string("run it again with wparexec -c");
    return blocker;
}

}  // namespace

const std::vector<std::string>& watched_places() {
    // CRIU looks there while all stands still. A watch on a symbolic link (systemd's, on /etc/localtime) comes back on what
    // the link leads to, in a /usr of the WPAR's own, where only names help.
    static const std::vector<std::string> places = {"/etc", "/run", "/usr/share/dbus-1",
                                                    "/usr/share/zoneinfo", "/var"};
    return places;
}

Result<std::vector<checkpoint::Blocker>> blockers_now(const std::string& name) {
    const auto definition = TRY(registry::load_loaded(name));
    auto found = TRY(checkpoint::blockers(TRY(subject_of(definition))));
    if (!definition.general.checkpointable)
        found.insert(found.begin(), without_profile(definition));
    return found;
}

Result<std::vector<checkpoint::Blocker>> settled_blockers(const std::string& name) {
    const auto definition = TRY(registry::load_loaded(name));
    return checkpoint::settled_blockers([&] { return subject_of(definition); }, settling_patience);
}

Result<void> no_mount_in_the_way(const spec::Definition& definition) {
    const auto found = TRY(checkpoint::blocking_mounts(TRY(subject_of(definition))));
    if (found.empty()) return {};
    return Error{Kind::busy, checkpoint::shown(found.front())};
}

}  // namespace partition
