#include "partition/execute.h"

#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "cgroup/group.h"
#include "launch/launch.h"
#include "network/network.h"
#include "os/child.h"
#include "os/dir.h"
#include "os/interrupt.h"
#include "partition/group.h"
#include "partition/keeper.h"
#include "partition/oom.h"
#include "partition/prepare.h"
#include "partition/recover.h"
#include "partition/release.h"
#include "partition/reverse.h"
#include "partition/script.h"
#include "partition/start_plan.h"
#include "partition/wishes.h"
#include "registry/events.h"
#include "registry/ids.h"
#include "registry/lock.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "registry/store.h"
#include "session/oom_watch.h"
#include "session/protocol.h"
#include "spec/check.h"
#include "spec/command.h"
#include "spec/file.h"

namespace partition {
namespace {

constexpr std::size_t longest_name = 25;  // bytes, as on AIX

std::string name_after(const std::string& program) {
    return spec::usable_name(std::string_view(program).substr(program.rfind('/') + 1));
}

Result<void> check_program(const std::string& program) {
    struct stat found = {};
    if (::stat(program.c_str(), &found) != 0) return Error::os(errno, "command", program);
    if (S_ISDIR(found.st_mode))
        return Error{Kind::invalid, cat("command '", printable(program), "' is a directory")};
    if (::access(program.c_str(), X_OK) != 0)
        return Error{Kind::denied, cat("command '", printable(program),
                                       "' cannot be executed; make it executable with chmod +x")};
    return {};
}

bool taken(const std::string& name) {
    if (registry::holder(name) || os::exists(registry::paths::definition(name))) return true;
    return registry::alive(name)
        .any();  // what a killed wparexec left is cleaned up by whoever takes its name
}

std::string free_name(const std::string& wanted) {
    if (!taken(wanted)) return wanted;
    for (unsigned number = 1;; ++number) {
        const auto suffix = std::to_string(number);
        auto name = wanted.substr(0, longest_name - suffix.size()) + suffix;
        if (!taken(name)) return name;
    }
}

struct Claimed {
    registry::AdminLock lock;
    std::string name;
};

// A default name gives way to whoever took it first; a name that was asked for does not.
Result<Claimed> claim_name(const spec::Definition& definition, const std::string& program,
                           const Observer& observer) {
    const bool chosen = !definition.name().empty();
    for (;;) {
        auto name = chosen ? definition.name() : free_name(name_after(program));
        auto lock = registry::AdminLock::take(
            {.name = name, .verb = "start", .patience = std::chrono::seconds(chosen ? 10 : 0)});
        if (!lock && !chosen && lock.error().kind == Kind::busy) continue;
        if (!lock) return lock.error();
        TRY(recover(name, observer));
        if (!registry::defined(name)) return Claimed{std::move(*lock), std::move(name)};
        if (chosen)
            return Error{Kind::exists, cat("A workload partition called ", name,
                                           " exists already; choose another name with -n")};
    }
}

struct Running {
    launch::Started init;
    RunFiles files;
};

Result<Running> load(const spec::Definition& definition, registry::Journal& journal,
                     const Observer& observer) {
    const auto& name = definition.name();
    observer.tell("Mounting all workload partition file systems.");
    TRY(journal.will(reverse::release(definition)));
    auto files = TRY(take_run_files(name));
    TRY(registry::save_transient(definition));
    TRY(journal.step());
    observer.tell("Loading workload partition.");
    auto plan = TRY(start_plan(definition));
    const auto grouped = TRY(make_group(definition, observer));
    TRY(join_keeper(name));
    // from here on it is ours to get; it got no further than the one who slept in our place
    if (grouped.scope && grouped.scope->was_sent(session::protocol::stop_signal))
        return Error{Kind::interrupted, "systemd was asked to stop it"};
    const auto& group = grouped.group;
    plan.cgroup_fd = group.clone_fd();
    launch::Hooks hooks;
    hooks.configure = [&](pid_t process, int network) -> Result<void> {
        TRY(group.join_controllers(process));
        if (network < 0) return {};
        return network::set_up(network_site(), TRY(network_wish(definition)), network);
    };
    hooks.ready = [&](pid_t process) -> Result<void> {
        return record_init(name, files, {process, TRY(os::start_time(process))});
    };
    auto started = TRY(launch::start(plan, hooks));
    return Running{std::move(started), std::move(files)};
}

// The terminal's signals reach the command by themselves; those sent to us alone are passed on.
int pass_on_to = -1;
void pass_on(int number) {
    (void)os::signal(pass_on_to, number == session::protocol::stop_signal ? SIGTERM : number);
}

// Tells of kills for want of memory while it runs; the release tells of those at its end.
void wait_watching(const std::string& name, int pidfd) {
    using Clock = std::chrono::steady_clock;
    const auto milliseconds = [] {
        const auto now = Clock::now().time_since_epoch();
        return static_cast<std::uint64_t>(
            std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
    };
    auto found = oom_watch(name);
    if (!found.counter) return;
    session::OomWatch watch;
    watch.hold(found.counter.release(), found.event.release());
    for (;;) {
        const auto now = milliseconds();
        pollfd watched[2] = {{pidfd, POLLIN, 0}, watch.watched(now)};
        const int ready = ::poll(watched, 2, watch.patience(now));
        if (ready < 0 && errno == EINTR) continue;  // a signal that was passed on
        if (ready < 0 || watched[0].revents != 0) return;
        if (watch.rose(milliseconds(), watched[1].revents)) (void)report_oom(name);
    }
}

int wait_for(const spec::Definition& definition, const launch::Started& init) {
    pass_on_to = init.pidfd.get();
    struct sigaction pass = {};
    pass.sa_handler = pass_on;
    for (const int number : {SIGTERM, SIGHUP, session::protocol::stop_signal})
        ::sigaction(number, &pass, nullptr);
    // the terminal tells those of its own session only
    for (const int number : {SIGINT, SIGQUIT})
        if (definition.general.checkpointable)
            ::sigaction(number, &pass, nullptr);
        else
            ::signal(number, SIG_IGN);
    if (os::interrupt_flag())
        pass_on(SIGTERM);  // it came before there was a command to pass it on to
    wait_watching(definition.name(), init.pidfd.get());
    const int status = os::reap(init.pid);
    return os::exit_status(status);
}

// Whoever stops it holds the lock and cleans up; otherwise we do.
void clean_up(const spec::Definition& definition, const Observer& observer) {
    const auto lock = registry::AdminLock::take(
        {.name = definition.name(), .verb = "remove", .patience = std::chrono::milliseconds(0)});
    if (!lock) return;
    const auto done = release(traces_of(definition));
    if (!done) observer.tell_warning(done.error().shown());
    const auto erased = registry::erase(definition.name());  // there still when -1 defined it
    if (!erased) observer.tell_warning(erased.error().shown());
    call_script(definition, {"WPARPOSTSTOP", false}, observer);
}

Result<spec::Definition> complete(const ExecuteCall& call) {
    auto definition = call.definition;
    definition.general.type = spec::Type::application;
    const auto command = TRY(spec::parse_command(definition.general.application));
    TRY(check_program(command.arguments.front()));
    if (!definition.networks.empty()) TRY(complete_networks(definition));
    return definition;
}

Result<void> reserve_key(spec::Definition& definition, registry::AdminLock& lock) {
    if (definition.networks.empty()) return {};
    const auto turn = TRY(registry::lock_registry());
    definition.general.key = TRY(registry::allocate_ids()).key;
    return lock.announce(spec::write(definition));
}

// The lock is held until it runs.
Result<int> run(const spec::Definition& definition, std::optional<registry::AdminLock> lock,
                const Observer& observer) {
    if (!definition.networks.empty())
        TRY(network::check(network_site(), TRY(network_wish(definition))));
    call_script(definition, {"WPARPRESTART"}, observer);
    observer.tell(cat("Starting workload partition '", definition.name(), "'."));
    std::optional<Running> running;
    TRY(journaled({definition.name(), registry::Lifetime::boot},
                  [&](registry::Journal& journal) -> Result<void> {
                      running = TRY(load(definition, journal, observer));
                      return {};
                  }));
    lock.reset();
    call_script(definition, {"WPARPOSTSTART"}, observer);
    const int status = wait_for(definition, running->init);
    clean_up(definition, observer);
    return status;
}

Result<int> define(const spec::Definition& definition, const Observer& observer) {
    if (!definition.networks.empty()) {
        auto probe =
            TRY(network::DuplicateProbe::send(network_site(), TRY(network_wish(definition))));
        TRY(probe.finish());
    }
    TRY(registry::save_persistent(definition));
    registry::record({registry::Severity::info, "wparexec", definition.name(), "created"});
    observer.tell(cat("Workload partition ", definition.name(),
                      " is defined; run it with startwpar ", definition.name()));
    return 0;
}

void describe(const ExecuteCall& call, const spec::Definition& definition,
              const Observer& observer) {
    observer.tell(cat("wparexec: would ", call.only_define ? "define " : "run ",
                      definition.general.application, " in workload partition ", definition.name(),
                      "."));
}

}  // namespace

bool is_defined_application(const std::string& name) {
    if (!registry::is_persistent(name)) return false;
    const auto definition = registry::load_general(name);
    return definition && !definition->system();
}

Result<int> execute_defined(const std::string& name, const Manner& manner) {
    begin_operation(manner);
    auto definition = TRY(registry::load(name));
    if (manner.dry_run) {
        describe({}, definition, manner.observer);
        return 0;
    }
    os::catch_interrupts({session::protocol::stop_signal});
    auto lock = TRY(registry::AdminLock::take({.name = name, .verb = "start"}));
    TRY(recover(name, manner.observer));
    definition = TRY(registry::load(name));
    if (registry::alive(name).any())
        return Error{Kind::busy, cat("Workload partition ", name, " is active already.")};
    const auto command = TRY(spec::parse_command(definition.general.application));
    TRY(check_program(command.arguments.front()));
    return run(definition, std::move(lock), manner.observer);
}

Result<int> execute(const ExecuteCall& call, const Manner& manner) {
    const auto& observer = manner.observer;
    auto definition = TRY(complete(call));
    const auto program = TRY(spec::parse_command(definition.general.application)).arguments.front();
    if (!call.output.empty() && !manner.dry_run) {
        auto written = definition;
        if (written.name().empty()) written.general.name = name_after(program);
        TRY(spec::check(written));
        TRY(write_specification(written, call.output, call.force));
    }
    if (call.only_write) return 0;
    if (call.resolve_clashes && !definition.name().empty())
        definition.general.name = free_name(definition.name());
    if (manner.dry_run) {
        if (definition.name().empty()) definition.general.name = free_name(name_after(program));
        TRY(spec::check(definition));
        describe(call, definition, observer);
        return 0;
    }
    os::catch_interrupts({session::protocol::stop_signal});
    auto claimed = TRY(claim_name(definition, program, observer));
    definition.general.name = claimed.name;
    TRY(spec::check(definition));
    TRY(reserve_key(definition, claimed.lock));
    if (!call.only_define) return run(definition, std::move(claimed.lock), observer);
    if (!definition.networks.empty())
        TRY(network::check(network_site(), TRY(network_wish(definition))));
    return define(definition, observer);
}

}  // namespace partition
