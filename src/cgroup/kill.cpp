#include "cgroup/kill.h"

#include <signal.h>

#include "cgroup/events.h"
#include "cgroup/tree.h"

namespace cgroup {

Result<void> kill_one_by_one(const os::Dir& group) {
    constexpr int rounds = 100;
    for (int round = 0; round < rounds; ++round) {
        TRY(group.write("cgroup.freeze", "1\n"));
        for (const auto pid : TRY(processes_of(group))) (void)::kill(pid, SIGKILL);  // gone is fine
        TRY(group.write("cgroup.freeze", "0\n"));
        if (TRY(wait_event(group, {"populated", 0}, std::chrono::milliseconds(50)))) return {};
    }
    return busy_with(group.path());
}

}  // namespace cgroup
