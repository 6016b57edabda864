#include "partition/keeper.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "network/network.h"
#include "os/child.h"
#include "os/dir.h"
#include "os/lock.h"
#include "os/real_path.h"
#include "partition/console.h"
#include "partition/group.h"
#include "partition/oom.h"
#include "partition/readiness.h"
#include "partition/release.h"
#include "partition/report.h"
#include "partition/wishes.h"
#include "registry/events.h"
#include "registry/paths.h"
#include "registry/state.h"
#include "session/keeper.h"
#include "session/stop_signal.h"

namespace partition {
namespace {

// Its place: when an upgrade has replaced the file meanwhile, the new one is meant.
Result<std::string> own_program() {
    constexpr std::string_view replaced = " (deleted)";
    auto place = TRY(os::read_link("/proc/self/exe"));
    if (place.ends_with(replaced)) place.resize(place.size() - replaced.size());
    return place;
}

// Beside the command when it runs from a build tree or another prefix: PREFIX/sbin/corral, PREFIX/libexec/corral/keeper.
Result<session::KeeperPlan> keeper_plan(const std::string& name, const RunFiles& files,
                                        const UniqueFd& socket) {
    session::KeeperPlan plan;
    plan.program = CORRAL_KEEPER;
    plan.corral = TRY(own_program());
    plan.name = name;
    plan.run_fd = files.run.get();
    plan.lock_fd = files.lock.get();
    plan.socket_fd = socket.get();
    return plan;
}

struct Loaded {
    RunFiles files;
    UniqueFd socket;
    launch::Started init;
    UniqueFd readiness;
    os::ProcessId id = {};
};

Result<UniqueFd> configure(const Holding& holding, pid_t process, int network) {
    TRY(holding.group.join_controllers(process));
    if (holding.before_network) TRY(holding.before_network(network));
    TRY(network::set_up(network_site(), TRY(network_wish(holding.definition)), network));
    return listen_readiness(network);
}

Result<Loaded> load(const Holding& holding) {
    const auto& name = holding.definition.name();
    TRY(join_keeper(name));
    // only now: systemd removes a scope with its last process
    if (holding.replaces) TRY(end_keeper(name, std::chrono::milliseconds(0)));
    auto files = TRY(take_run_files(name));
    auto socket = TRY(session::listen_control(TRY(os::Dir::open(registry::paths::run(name)))));
    UniqueFd readiness;
    launch::Hooks hooks;
    hooks.configure = [&](pid_t process, int network) -> Result<void> {
        readiness = TRY(configure(holding, process, network));
        return {};
    };
    hooks.ready = [&](pid_t process) -> Result<void> {
        return record_init(name, files, {process, TRY(os::start_time(process))});
    };
    auto started = TRY(holding.begin ? holding.begin(hooks) : launch::start(holding.plan, hooks));
    const auto id = os::ProcessId{started.pid, TRY(os::start_time(started.pid))};
    return Loaded{std::move(files), std::move(socket), std::move(started), std::move(readiness),
                  id};
}

// Out of the caller's terminal and out of reach of its signals; dies with it until the keeper takes over.
void detach_from_caller() {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::setsid();
    // systemd may ask to stop it before the keeper listens
    session::hold_stop_signal();
    ::umask(022);  // what init and the files made for it get
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::signal(number, SIG_DFL);
}

Error hand_over(Loaded& loaded, const std::string& name) {
    auto plan = keeper_plan(name, loaded.files, loaded.socket);
    if (!plan) return plan.error();
    plan->console_fd = loaded.init.console_master.get();
    plan->pidfd = loaded.init.pidfd.get();
    plan->init = loaded.id;
    const auto watch = oom_watch(name);
    plan->oom_fd = watch.counter.get();
    plan->oom_event_fd = watch.event.get();
    ::prctl(PR_SET_PDEATHSIG, 0);
    return session::become_keeper(*plan);
}

[[noreturn]] void become_holder(const Holding& holding, int writer) noexcept {
    detach_from_caller();
    auto loaded = load(holding);
    if (!loaded) {
        report(writer, loaded.error());
        ::_exit(1);
    }
    report(writer, loaded->id, loaded->readiness.get());
    const auto error = hand_over(*loaded, holding.definition.name());
    (void)os::signal(loaded->init.pidfd.get(), SIGKILL);  // nobody would hold it
    report(writer, error);
    ::_exit(1);
}

// Runs `body` in a child whose own children are not ours.
template <class Body>
Result<pid_t> fork_off(Body body) {
    const auto child = ::fork();
    if (child < 0) return Error::os(errno, "fork", "keeper");
    if (child == 0) body();
    return child;
}

// One that reported a failure is ending; one that we were interrupted waiting for may have become the keeper.
void end_child(pid_t child, const Error& error) {
    if (error.kind == Kind::interrupted) (void)::kill(child, SIGKILL);
    (void)os::reap(child);
}

[[noreturn]] void become_bare_keeper(const std::string& name, const os::ProcessId& init,
                                     int writer) noexcept {
    detach_from_caller();
    const auto failed = [&]() -> Result<void> {
        TRY(join_keeper(name));
        auto files = TRY(take_run_files(name));
        if (init.pid != 0) TRY(record_init(name, files, init));
        const auto socket =
            TRY(session::listen_control(TRY(os::Dir::open(registry::paths::run(name)))));
        auto plan = TRY(keeper_plan(name, files, socket));
        plan.init = init;
        plan.adopt = init.pid != 0;
        const auto process = plan.adopt ? TRY(os::pidfd(init)) : UniqueFd();
        plan.pidfd = process.get();
        const auto console =
            plan.adopt ? renew_console(process.get()) : Result<UniqueFd>(UniqueFd());
        if (console) plan.console_fd = console->get();
        const auto watch = oom_watch(name);
        plan.oom_fd = watch.counter.get();
        plan.oom_event_fd = watch.event.get();
        // better held without a console than not held
        if (!console)
            registry::record({registry::Severity::warning, "keeper", name, console.error().text});
        ::prctl(PR_SET_PDEATHSIG, 0);
        return session::become_keeper(plan);
    }();
    report(writer, failed.error());
    ::_exit(1);
}

Result<void> start_bare_keeper(const std::string& name, const os::ProcessId& init) {
    auto ends = TRY(make_report());
    const auto child = TRY(fork_off([&] { become_bare_keeper(name, init, ends.writer.get()); }));
    ends.writer = UniqueFd();
    auto failed = read_end(ends.reader.get());
    if (!failed) end_child(child, failed.error());
    return failed;
}

}  // namespace

Result<RunFiles> take_run_files(const std::string& name) {
    const auto run = registry::paths::run(name);
    TRY(os::make_dirs(run, 0711));
    auto folder = TRY(os::Dir::open(run));
    RunFiles files;
    files.run = UniqueFd(::fcntl(folder.fd(), F_DUPFD_CLOEXEC, 3));
    const auto path = registry::paths::keeper(name);
    files.lock = UniqueFd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!files.lock) return Error::os(errno, "open", path);
    if (!TRY(os::try_lock(files.lock.get(), registry::keeper_byte)))
        return Error{Kind::busy, cat("workload partition ", name, " has a keeper already")};
    const auto self = os::ProcessId{::getpid(), TRY(os::start_time(::getpid()))}.text();
    if (::ftruncate(files.lock.get(), 0) != 0 ||
        ::pwrite(files.lock.get(), self.data(), self.size(), 0) !=
            static_cast<ssize_t>(self.size()))
        return Error::os(errno, "write", path);
    return files;
}

Result<void> record_init(const std::string& name, const RunFiles& files,
                         const os::ProcessId& init) {
    TRY(os::replace_file(
        {.path = registry::paths::init(name), .text = init.text(), .mode = 0644, .sync = false}));
    if (TRY(os::try_lock(files.lock.get(), registry::init_byte))) return {};
    return Error{Kind::busy, cat("workload partition ", name, " has a running init already")};
}

Result<Held> start_held(const Holding& holding) {
    auto ends = TRY(make_report());
    const auto child = TRY(fork_off([&] { become_holder(holding, ends.writer.get()); }));
    ends.writer = UniqueFd();
    auto loaded = read_report(ends.reader.get());
    auto ended = loaded ? read_end(ends.reader.get()) : Result<void>();
    if (!loaded || !ended) {
        const auto error = loaded ? ended.error() : loaded.error();
        end_child(child, error);
        return error;
    }
    Held held;
    held.init = loaded->init;
    held.keeper = child;
    held.pidfd = TRY(os::pidfd(loaded->init));
    held.readiness = std::move(loaded->attached);
    return held;
}

Result<void> hold_without_init(const std::string& name) { return start_bare_keeper(name, {}); }

Result<void> adopt(const std::string& name) {
    const auto init = registry::recorded_init(name);
    if (!init)
        return Error{Kind::missing, cat("workload partition ", name, " has no init to hold")};
    return start_bare_keeper(name, *init).within("new keeper");
}

}  // namespace partition
