#include "partition/freeze.h"

#include "os/dir.h"
#include "partition/pause.h"
#include "partition/recover.h"
#include "partition/reverse.h"
#include "partition/state.h"
#include "partition/stillness.h"
#include "partition/stop.h"
#include "registry/events.h"
#include "registry/lock.h"
#include "registry/paths.h"
#include "registry/store.h"

namespace partition {
namespace {

std::string stands_still_already(const std::string& name) {
    return cat("Workload partition ", name, " is ", is_paused(name) ? "Paused" : "Frozen",
               " already.");
}

Result<void> freeze_locked(const std::string& name, const Observer& observer) {
    observer.tell(cat("Freezing workload partition '", name, "'."));
    TRY(journaled({name, registry::Lifetime::boot},
                  [&](registry::Journal& journal) -> Result<void> {
                      TRY(journal.will(reverse::thaw(name)));
                      TRY(freeze_all(name));
                      return journal.step();
                  }));
    registry::record({registry::Severity::info, "freeze", name, "frozen"});
    return {};
}

Result<void> thaw_locked(const std::string& name, const Observer& observer) {
    observer.tell(cat("Thawing workload partition '", name, "'."));
    TRY(journaled({name, registry::Lifetime::boot},
                  [&](registry::Journal& journal) -> Result<void> {
                      TRY(journal.will(reverse::resume(name)));
                      return go_on(name);
                  }));
    registry::record({registry::Severity::info, "thaw", name, "thawed"});
    return {};
}

// A record without a standstill is what somebody left who thawed its cgroup by hand: its network still stands.
bool runs(const std::string& name) {
    return !is_frozen(name) && !os::exists(registry::paths::paused(name));
}

using Act = Result<void> (*)(const std::string&, const Manner&);

Result<void> on_active(const std::string& name, const Manner& manner, const char* verb, Act act) {
    begin_operation(manner);
    (void)TRY(registry::load(name));
    if (manner.dry_run) {
        if (!registry::alive(name).init) return not_active(name);
        return act(name, manner);
    }
    const auto lock = TRY(registry::AdminLock::take({.name = name, .verb = verb}));
    TRY(recover(name, manner.observer));
    if (!registry::alive(name).init) return not_active(name);
    return act(name, manner);
}

Result<void> freeze_if_needed(const std::string& name, const Manner& manner) {
    const auto& observer = manner.observer;
    if (is_frozen(name))
        observer.tell(stands_still_already(name));
    else if (manner.dry_run)
        observer.tell(cat("freeze: would freeze workload partition ", name, "."));
    else
        return freeze_locked(name, observer);
    return {};
}

Result<void> thaw_if_needed(const std::string& name, const Manner& manner) {
    const auto& observer = manner.observer;
    TRY(must_not_be_paused(name));
    if (runs(name))
        observer.tell(cat("Workload partition ", name, " is not Frozen."));
    else if (manner.dry_run)
        observer.tell(cat("thaw: would let workload partition ", name, " go on."));
    else
        return thaw_locked(name, observer);
    return {};
}

}  // namespace

Result<void> freeze(const std::string& name, const Manner& manner) {
    return on_active(name, manner, "freeze", freeze_if_needed);
}

Result<void> let_go_on(const std::string& name, const Manner& manner) {
    return on_active(name, manner, "thaw", thaw_if_needed);
}

}  // namespace partition
