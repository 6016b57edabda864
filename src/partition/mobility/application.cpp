#include "partition/mobility/application.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "network/network.h"
#include "os/child.h"
#include "os/clock.h"
#include "os/interrupt.h"
#include "os/process.h"
#include "partition/group.h"
#include "partition/keeper.h"
#include "partition/oom.h"
#include "partition/recover.h"
#include "partition/release.h"
#include "partition/reverse.h"
#include "partition/script.h"
#include "partition/start_plan.h"
#include "partition/wishes.h"
#include "registry/ids.h"
#include "registry/moves.h"
#include "registry/store.h"
#include "session/oom_watch.h"
#include "session/protocol.h"
#include "spec/file.h"

namespace partition::mobility {
namespace {

struct Running {
    launch::Started init;
    RunFiles files;
};

Result<void> configure(const Application& application, const cgroup::Group& group, pid_t process,
                       int network) {
    TRY(group.join_controllers(process));
    if (network < 0) return {};
    if (application.before_network) TRY(application.before_network(network));
    return network::set_up(network_site(), TRY(network_wish(application.definition)), network);
}

Result<Running> load(Application& application, registry::Journal& journal,
                     const Observer& observer) {
    const auto& definition = application.definition;
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
    plan.streams = application.streams.inside();
    launch::Hooks hooks;
    hooks.configure = [&](pid_t process, int network) {
        return configure(application, group, process, network);
    };
    hooks.ready = [&](pid_t process) -> Result<void> {
        return record_init(name, files, {process, TRY(os::start_time(process))});
    };
    auto started =
        TRY(application.begin ? application.begin(plan, group, hooks) : launch::start(plan, hooks));
    application.streams.close_inside();
    return Running{std::move(started), std::move(files)};
}

// The terminal's signals reach the command by themselves; those sent to us alone are passed on.
int pass_on_to = -1;
volatile sig_atomic_t passed_on = 0;
void pass_on(int number) {
    passed_on = 1;
    (void)os::signal(pass_on_to, number == session::protocol::stop_signal ? SIGTERM : number);
}

// What happens until the first process has ended: its words, kills for want of memory (the release tells of those at the
// end), checkpoints.
class Vigil {
  public:
    Vigil(Application& application, int pidfd, const Observer& observer)
        : application_(application), pidfd_(pidfd), observer_(observer) {
        auto found = oom_watch(application.definition.name());
        if (found.counter) memory_.hold(found.counter.release(), found.event.release());
    }
    void keep() {
        while (turn()) {
        }
        application_.streams.drain();
    }

  private:
    int patience(std::uint64_t now) const {
        int wait = memory_.patience(now);
        if (application_.series)
            wait = session::sooner(wait, application_.series->patience(Series::Clock::now()));
        // in the background nobody tells when the terminal is ours again
        return application_.streams.waits_for_terminal() ? session::sooner(wait, 1000) : wait;
    }
    bool turn() {
        const auto now = os::milliseconds_now();
        const int worker = application_.series ? application_.series->watched() : -1;
        std::vector<pollfd> watched = {
            {pidfd_, POLLIN, 0}, memory_.watched(now), {worker, POLLIN, 0}};
        const auto own = watched.size();
        for (const auto& one : application_.streams.watched()) watched.push_back(one);
        const int ready = ::poll(watched.data(), watched.size(), patience(now));
        if (ready < 0) return errno == EINTR;  // a signal that was passed on
        if (watched[0].revents != 0) return false;
        application_.streams.move(watched.data() + own);
        if (memory_.rose(os::milliseconds_now(), watched[1].revents))
            (void)report_oom(application_.definition.name());
        if (application_.series) turn(*application_.series);
        return true;
    }
    void turn(Series& series) {
        series.hold_back(application_.streams.holds_output());
        series.turn(Series::Clock::now(), observer_);
    }

    Application& application_;
    int pidfd_;
    const Observer& observer_;
    session::OomWatch memory_ = {};
};

void heed_signals(const spec::Definition& definition, const launch::Started& init) {
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
    if (definition.general.checkpointable) ::signal(SIGPIPE, SIG_IGN);  // the relay's to know
    if (os::interrupt_flag())
        pass_on(SIGTERM);  // it came before there was a command to pass it on to
}

int wait_for(Application& application, const launch::Started& init, const Observer& observer) {
    heed_signals(application.definition, init);
    Vigil(application, init.pidfd.get(), observer).keep();
    return os::exit_status(os::reap(init.pid));
}

// Whoever stops it holds the lock and cleans up; otherwise we do. True when it was we.
bool clean_up(const spec::Definition& definition, const Observer& observer) {
    const auto lock = registry::AdminLock::take(
        {.name = definition.name(), .verb = "remove", .patience = std::chrono::milliseconds(0)});
    if (!lock) return false;
    const auto done = release(traces_of(definition));
    if (!done) observer.tell_warning(done.error().shown());
    const auto erased = registry::erase(definition.name());  // there still when -1 defined it
    if (!erased) observer.tell_warning(erased.error().shown());
    call_script(definition, {"WPARPOSTSTOP", false}, observer);
    return true;
}

// Stopped, interrupted or killed, it is to go on another time.
bool came_to_its_end(int status) {
    constexpr int by_signal = 128;
    return status < by_signal && passed_on == 0;
}

// Its processes were killed here, and go on there.
void tell_where_it_is(const std::string& name, const Observer& observer) {
    const auto record = registry::move_record(name);
    if (record && record->phase == registry::MovePhase::gone)
        observer.tell_warning(cat(name, " was moved to ", printable(record->host),
                                  " and goes on there; this is not the end of its command"));
}

}  // namespace

Result<void> reserve_key(spec::Definition& definition, registry::AdminLock& lock) {
    if (definition.networks.empty()) return {};
    const auto turn = TRY(registry::lock_registry());
    definition.general.key = TRY(registry::allocate_ids()).key;
    return lock.announce(spec::write(definition));
}

Result<int> run_application(Application& application, std::optional<registry::AdminLock> lock,
                            const Observer& observer) {
    const auto& definition = application.definition;
    if (!definition.networks.empty())
        TRY(network::check(network_site(), TRY(network_wish(definition))));
    call_script(definition, {"WPARPRESTART"}, observer);
    observer.tell(cat(application.verb, " workload partition '", definition.name(), "'."));
    std::optional<Running> running;
    TRY(journaled({definition.name(), registry::Lifetime::boot},
                  [&](registry::Journal& journal) -> Result<void> {
                      running = TRY(load(application, journal, observer));
                      if (application.begun) TRY(application.begun());
                      return {};
                  }));
    if (application.held) application.held();
    lock.reset();
    call_script(definition, {"WPARPOSTSTART"}, observer);
    const int status = wait_for(application, running->init, observer);
    tell_where_it_is(definition.name(), observer);
    if (application.series) application.series->finish();
    const bool ours = clean_up(definition, observer);
    if (!application.series || !ours || !came_to_its_end(status)) return status;
    if (const auto removed = application.series->remove_all(); !removed)
        observer.tell_warning(removed.error().shown());
    return status;
}

}  // namespace partition::mobility
