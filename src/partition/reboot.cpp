#include "partition/reboot.h"

#include "partition/recover.h"
#include "partition/start.h"
#include "partition/unrecorded.h"
#include "registry/lock.h"
#include "registry/state.h"
#include "registry/store.h"

namespace partition {

Result<void> reboot(const StopCall& call, const Manner& manner) {
    begin_operation(manner);
    const auto definition = TRY(registry::load(call.name));
    if (!definition.system())
        return Error{Kind::invalid,
                     cat(call.name,
                         " is an application workload partition and ends with its command; "
                         "only system workload partitions can be rebooted")};
    if (manner.dry_run) {
        TRY(stop(call, manner));
        manner.observer.tell(cat("startwpar: would start workload partition ", call.name, "."));
        return {};
    }
    auto lock = TRY(registry::AdminLock::take({.name = call.name, .verb = "reboot"}));
    TRY(recover(call.name, manner.observer));
    if (!registry::alive(call.name).any()) {
        TRY(must_be_recorded(call.name));
        return not_active(call.name);
    }
    // found afterwards, it would leave a WPAR that is stopped
    TRY(check_startable(definition));
    TRY(stop_locked(definition, call, manner.observer));
    return start_locked(definition, {.name = call.name}, manner.observer);
}

}  // namespace partition
