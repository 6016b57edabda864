#include "checkpoint/blockers.h"

#include <algorithm>
#include <thread>

#include "checkpoint/ancestry.h"
#include "checkpoint/descriptors.h"
#include "checkpoint/findings.h"
#include "checkpoint/maps.h"
#include "checkpoint/mounts.h"
#include "checkpoint/namespaces.h"

namespace checkpoint {
namespace {

// Sorted by their numbers, each once; those that ended meanwhile are left out.
std::vector<Process> open_all(const Subject& subject) {
    auto pids = subject.processes;
    pids.push_back(subject.init);
    std::sort(pids.begin(), pids.end());
    pids.erase(std::unique(pids.begin(), pids.end()), pids.end());
    std::vector<Process> processes;
    for (const auto pid : pids)
        if (auto process = open_process(subject.proc, pid))
            processes.push_back(*std::move(process));
    return processes;
}

}  // namespace

std::string shown(const Blocker& blocker) {
    const auto inner =
        blocker.inner_pid == 0 ? std::string() : cat("inside ", blocker.inner_pid, ", ");
    const auto who = blocker.pid == 0
                         ? std::string()
                         : cat("process ", blocker.pid, " (", inner, blocker.command, "): ");
    return cat(who, blocker.what, blocker.remedy.empty() ? "" : "; ", blocker.remedy);
}

Result<std::vector<Blocker>> blockers(const Subject& subject) {
    const auto init = TRY(open_process(subject.proc, subject.init).within("the WPAR's init"));
    const auto processes = open_all(subject);
    const auto mounts = mounts_of(processes);
    Findings findings;
    std::vector<Unplaced> unplaced;
    Holdings holdings;
    look_at_ancestry({processes, subject.init}, findings);
    for (const auto& process : processes) {
        if (process.status.zombie || findings.full()) continue;
        look_at_namespaces(process, init, findings);
        look_at_descriptors(process, {subject, mounts, unplaced, holdings}, findings);
        look_at_maps(process, subject.abilities, findings);
    }
    look_at_unix_peers(holdings, init, findings);
    search_watched(unplaced, subject, findings);
    look_at_mounts(mounts, subject, findings);
    return findings.take();
}

Result<std::vector<Blocker>> blocking_mounts(const Subject& subject) {
    const auto processes = open_all(subject);
    Findings findings;
    look_at_mounts(mounts_of(processes), subject, findings);
    return findings.take();
}

Result<std::vector<Blocker>> settled_blockers(const std::function<Result<Subject>()>& subject,
                                              std::chrono::milliseconds patience) {
    using Clock = std::chrono::steady_clock;
    constexpr auto pause = std::chrono::milliseconds(10);
    const auto until = Clock::now() + patience;
    for (;;) {
        auto found = TRY(blockers(TRY(subject())));
        const bool lasting = std::any_of(found.begin(), found.end(),
                                         [](const Blocker& one) { return !one.passing; });
        if (found.empty() || lasting || Clock::now() >= until) return found;
        std::this_thread::sleep_for(pause);
    }
}

}  // namespace checkpoint
