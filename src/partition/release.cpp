#include "partition/release.h"

#include <signal.h>
#include <unistd.h>

#include "cgroup/group.h"
#include "filesystem/attach.h"
#include "network/network.h"
#include "os/dir.h"
#include "os/process.h"
#include "partition/generations.h"
#include "partition/group.h"
#include "partition/oom.h"
#include "partition/pause.h"
#include "partition/wishes.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"
#include "spec/file.h"

namespace partition {
namespace {

constexpr auto death_patience = std::chrono::seconds(5);

Error still_alive(const std::string& name, const std::vector<pid_t>& processes) {
    std::vector<std::string> shown;
    shown.reserve(processes.size());
    for (const auto pid : processes) shown.push_back(std::to_string(pid));
    return {Kind::busy,
            cat("processes of workload partition ", name, " do not end: ", join(shown, ", "),
                "; they wait in the kernel, mostly for a device or a remote file system")};
}

Result<void> kill_group(const std::string& name) {
    const auto group = TRY(open_group(name));
    // also while it stands still: a Paused one does not live a moment longer than what is stored of it
    TRY(group.kill());
    if (TRY(group.wait_empty(death_patience))) return {};
    return still_alive(name, TRY(group.processes()));
}

// Where a scope holds the group, systemd removes it once it is empty, perhaps between two of these steps.
Result<void> end_processes(const std::string& name) {
    auto done = kill_group(name);
    if (!done && done.error().kind == Kind::missing) return {};
    return done;
}

Result<void> remove_groups(const std::string& name) {
    const auto& host = cgroup::Hierarchy::host();
    if (!host) return host.error();
    return cgroup::remove(*host, name);
}

}  // namespace

// Before init dies: a keeper that sees init's end would start to clean up, too. An application WPAR is held by its
// wparexec, which is given the time to tell its caller how the command ended.
Result<void> end_keeper(const std::string& name, std::chrono::milliseconds patience) {
    // one that has given its lock back is on its way out by itself, perhaps to a reboot
    if (!registry::alive(name).keeper) return {};
    const auto text = os::read_file(registry::paths::keeper(name));
    const auto id = text ? os::ProcessId::parse(*text) : std::nullopt;
    if (!id || id->pid == ::getpid()) return {};  // we are what it became, or wparexec itself
    const auto process = os::pidfd(*id);
    if (!process || TRY(os::wait_end(process->get(), patience))) return {};
    TRY(os::signal(process->get(), SIGKILL));
    (void)TRY(os::wait_end(process->get(), death_patience));
    return {};
}

Traces traces_of(const spec::Definition& definition) {
    return {definition.name(), definition.system() ? definition.directory() : std::string(),
            definition.networks.empty() && !definition.system() ? 0 : definition.general.key};
}

Traces traces_of(const std::string& name) {
    const auto path = registry::paths::transient_definition(name);
    const auto text = os::read_file(path);
    const auto running = text ? spec::parse(*text, path) : text.error();
    if (running) return traces_of(*running);
    const auto defined = registry::load(name);
    if (defined) return traces_of(*defined);
    return {name, cat(registry::paths::base, "/", name), 0};
}

Result<void> release(const Traces& traces, const Release& how) {
    Result<void> first;
    const auto attempt = [&](Result<void> step) {
        if (!step && first) first = std::move(step);
    };
    how.observer.tell("Shutting down all workload partition processes.");
    const bool system = !traces.base.empty();
    if (system) attempt(end_keeper(traces.name, std::chrono::milliseconds(0)));
    if (is_paused(traces.name)) attempt(lose_network(traces.name));
    attempt(end_processes(traces.name));
    // the last moment at which the kernel still knows
    (void)report_oom(traces.name);
    if (!system) attempt(end_keeper(traces.name, death_patience));
    if (traces.key != 0) attempt(network::tear_down(network_site(), traces.key));
    if (system) {
        how.observer.tell("Unmounting all workload partition file systems.");
        attempt(filesystem::unmount_all(traces.base, {.lazy = how.forced}));
    }
    attempt(remove_groups(traces.name));
    if (first) first = os::remove_tree(registry::paths::run(traces.name));
    if (first && system) first = release_generations();
    if (first) first = rebalance_active();
    return first;
}

}  // namespace partition
