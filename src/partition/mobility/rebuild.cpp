#include "partition/mobility/rebuild.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <set>

#include "checkpoint/criu.h"
#include "checkpoint/ipc.h"
#include "checkpoint/kept.h"
#include "checkpoint/timers.h"
#include "launch/rebuild.h"
#include "launch/sysctl.h"
#include "os/mount_home.h"
#include "os/namespace.h"
#include "os/process.h"
#include "os/real_path.h"
#include "partition/console.h"
#include "registry/events.h"
#include "registry/life.h"
#include "registry/paths.h"

namespace partition::mobility {
namespace {

std::string kept_key(const checkpoint::Kept& one) { return cat("kept", one.name); }

using Fill = std::function<Result<void>(const os::Dir&)>;

Fill fill_from(const RebuildCall& call, const checkpoint::Kept& one) {
    return [&call, one](const os::Dir& to) -> Result<void> {
        const auto from = TRY(call.image.beneath(cat("kept/", one.name)));
        return checkpoint::keep({from, to, call.plan.confinement.ids.first}).within(one.point);
    };
}

Result<launch::Sources> sources(const RebuildCall& call) {
    launch::SourcesCall wanted;
    wanted.place = cat(registry::paths::run(call.record.name), "/rebuild");
    wanted.control_group = call.group.delegated_path();
    for (const auto& one : call.record.kept)
        if (one.point == "/dev")
            wanted.fill_devices = fill_from(call, one);
        else
            wanted.filled.push_back({kept_key(one), one.read_only, fill_from(call, one)});
    for (const auto& [point, key] : call.record.mounts) wanted.shared.push_back({point, key});
    TRY(os::make_dirs(wanted.place, 0711));
    return launch::attach_sources(call.plan, wanted);
}

Error does_not_fit(std::string_view why) {
    return {Kind::unsupported, cat("what was stored does not fit this host: ", why)};
}

// CRIU puts processes into groups by the names that they had.
Result<void> check_groups(const RebuildCall& call) {
    const auto& then = call.record.control_group;
    if (then == call.group.delegated_path()) return {};
    return does_not_fit(cat("its control group was '", printable(then), "', and is '",
                            call.group.delegated_path(),
                            "' now; boot with the same layout of control groups"));
}

// Whether what it had from outside can be given back.
Result<void> check_sources(const RebuildCall& call, const launch::Sources& sources) {
    for (const auto& [point, key] : call.record.mounts)
        if (std::none_of(sources.all.begin(), sources.all.end(),
                         [&wanted = key](const launch::Source& one) { return one.key == wanted; }))
            return does_not_fit(cat("there is nothing to mount at '", printable(point),
                                    "', where something of the global environment was mounted"));
    return {};
}

// systemd watches files in groups that hold no process; CRIU makes only those that do.
Result<void> make_groups(const RebuildCall& call) {
    const auto top = TRY(os::Dir::open(call.group.delegated_path()));
    const auto first = call.plan.confinement.ids.first;
    for (const auto& one : call.record.groups) {
        if (::mkdirat(top.fd(), one.path.c_str(), one.mode) != 0 && errno != EEXIST)
            return Error::os(errno, "make control group", one.path);
        const auto made = TRY(top.beneath(one.path));
        if (::fchown(made.fd(), first + one.owner, first + one.group) != 0)
            return Error::os(errno, "chown", one.path);
        for (const auto* file : {"cgroup.procs", "cgroup.threads", "cgroup.subtree_control"})
            if (::fchownat(made.fd(), file, first + one.owner, first + one.group, 0) != 0)
                return Error::os(errno, "chown", cat(one.path, "/", file));
    }
    return {};
}

checkpoint::Request request_of(const RebuildCall& call, const launch::Sources& sources,
                               const os::Dir& images, const os::Dir& run) {
    checkpoint::Request request;
    request.kind = checkpoint::Request::Kind::restore;
    request.images = images.fd();
    request.work = run.fd();
    request.log = restart_log;
    request.log_level = call.log_level;
    request.root = sources.root;
    request.connections = call.connections;
    request.own_network = call.plan.own_network;
    request.inherited = call.inherited;
    for (const auto& one : sources.all)
        request.external.push_back(cat("mnt[", one.key, "]:", one.path));
    return request;
}

// The name of its mount namespace.
std::string mounts_of(pid_t process) {
    const auto name = os::read_link(cat("/proc/", process, "/ns/mnt"));
    return name ? *name : std::string();
}

class Heed {
  public:
    Heed(const RebuildCall& call, const launch::Hooks& hooks, pid_t criu)
        : call_(call), hooks_(hooks), criu_(criu) {}
    Result<void> operator()(const checkpoint::Notice& notice) {
        if (notice.what == "setup-namespaces") {
            init_ = notice.process;
            if (call_.plan.own_ipc) TRY(checkpoint::lend_ipc(criu_, init_));
            if (call_.plan.own_ipc) TRY(set_ipc());
            const auto network =
                call_.plan.own_network ? TRY(os::open_namespace(init_, "net")) : UniqueFd();
            return hooks_.configure(init_, network.get());
        }
        // built, and still in its hands
        if (notice.what != "pre-resume") return {};
        TRY(checkpoint::wind_timers(TRY(call_.group.processes())));
        if (call_.frozen) TRY(call_.group.freeze(std::chrono::milliseconds(0)));
        // its processes change its files from their first moment on
        const bool has_lives = call_.plan.system();
        if (!call_.frozen && has_lives) TRY(registry::begin_life(call_.record.name));
        return hooks_.ready(init_);
    }

  private:
    Result<void> set_ipc() const {
        const auto space = TRY(os::open_namespace(init_, "ipc"));
        return os::in_child([&]() -> Result<void> {
            TRY(os::join_namespaces(space.get(), CLONE_NEWIPC));
            return launch::set_ipc_sysctls(call_.plan.sysctls, call_.plan.confinement.ids.first);
        });
    }

    const RebuildCall& call_;
    const launch::Hooks& hooks_;
    const pid_t criu_;
    pid_t init_ = 0;
};

// One process of each mount namespace but init's.
std::vector<UniqueFd> with_mounts_of_their_own(pid_t init, const RebuildCall& call) {
    std::vector<UniqueFd> found;
    std::set<std::string> seen = {mounts_of(init)};
    const auto processes = call.group.processes();
    if (!processes) return found;
    for (const pid_t process : *processes)
        if (seen.insert(mounts_of(process)).second)
            if (auto held = os::pidfd(process)) found.push_back(*std::move(held));
    return found;
}

// In an IPC namespace of nobody's, see checkpoint/ipc.h.
Result<checkpoint::Worker> start_worker(const RebuildCall& call) {
    constexpr auto kind = checkpoint::Request::Kind::restore;
    if (!call.plan.own_ipc) return checkpoint::Worker::start(kind, call.inherited);
    const auto ours = TRY(os::open_namespace(0, "ipc"));
    TRY(os::leave_namespaces(CLONE_NEWIPC));
    auto worker = checkpoint::Worker::start(kind, call.inherited);
    TRY(os::join_namespaces(ours.get(), CLONE_NEWIPC));
    return worker;
}

// Nobody held the other end, so CRIU made no terminal: the old one's place is a file without a terminal.
UniqueFd console_of(const launch::Started& started, const RebuildCall& call) {
    auto console = renew_console(started.pidfd.get(), with_mounts_of_their_own(started.pid, call));
    if (console) return *std::move(console);
    registry::record(
        {registry::Severity::warning, "restartwpar", call.record.name, console.error().text});
    return UniqueFd();
}

}  // namespace

Result<launch::Started> rebuild(const RebuildCall& call, const launch::Hooks& hooks) {
    TRY(check_groups(call));
    TRY(make_groups(call));
    auto home = TRY(os::MountHome::leave());
    // CRIU mounts there, so it must be in the mount namespace that CRIU will be in
    const auto run = TRY(os::Dir::open(registry::paths::run(call.record.name)));
    const auto attached = TRY(sources(call));
    TRY(check_sources(call, attached));
    const auto images = TRY(call.image.beneath("criu"));
    auto worker = TRY(start_worker(call));
    TRY(home.back());
    auto done =
        TRY(worker.ask(request_of(call, attached, images, run), Heed(call, hooks, worker.pid())));
    launch::Started started;
    started.pid = done.process;
    started.pidfd = TRY(os::pidfd(done.process));
    if (!call.plan.system()) return started;  // its terminal is the caller's
    started.console_master = done.console ? std::move(done.console) : console_of(started, call);
    return started;
}

}  // namespace partition::mobility
