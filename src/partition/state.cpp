#include "partition/state.h"

#include "cgroup/group.h"
#include "os/dir.h"
#include "partition/pause.h"
#include "partition/start.h"
#include "registry/moves.h"
#include "registry/paths.h"

namespace partition {

using registry::State;

bool is_frozen(const std::string& name) {
    const auto& host = cgroup::Hierarchy::host();
    return host && cgroup::is_frozen(*host, name);
}

State held_state(const std::string& name) {
    const auto lives = registry::alive(name);
    if (!lives.any()) return State::defined;
    if (!lives.init) return State::loaded;
    if (!is_frozen(name)) return State::active;
    return os::exists(registry::paths::paused(name)) ? State::paused : State::frozen;
}

registry::Status status_of(const std::string& name) {
    auto status = registry::status_of(name);
    // what else makes it stand still for a moment is Transitional, like all operations
    const bool stored = status.operation && status.operation->verb == checkpoint_verb;
    if ((status.state != State::active && !stored) || !is_frozen(name)) return status;
    // whether another host has it is not known: nobody lets it go on here
    status.state = registry::must_be_here(name) ? State::frozen : State::moving;
    if (stored || status.state == State::moving) return status;
    if (auto record = pause_record(name)) {
        status.state = State::paused;
        status.image = std::move(record->image);
    }
    return status;
}

Result<void> must_run(const std::string& name) {
    TRY(must_not_be_paused(name));
    if (status_of(name).state != State::frozen) return {};
    return Error{Kind::busy, cat("Workload partition ", name,
                                 " is Frozen; let it go on with corral thaw ", name)};
}

Result<void> must_not_be_paused(const std::string& name) {
    if (!is_paused(name)) return {};
    return Error{Kind::busy,
                 cat("Workload partition ", name, " is Paused; let it go on with resumewpar ", name,
                     ", or end it with killwpar ", name)};
}

Result<void> may_change(const std::string& name) {
    TRY(must_not_be_paused(name));
    if (!awaits_init(name)) return {};
    return Error{Kind::busy, cat("Workload partition ", name,
                                 " is Loaded; start its first process with startwpar -2 ", name,
                                 ", or stop it with stopwpar ", name)};
}

}  // namespace partition
