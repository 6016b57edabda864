#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "launch/application_child.h"
#include "launch/handshake.h"
#include "launch/launch.h"
#include "launch/live_tree.h"
#include "launch/sysctl.h"
#include "launch/system_child.h"
#include "launch/system_tree.h"
#include "os/child.h"
#include "os/dir.h"
#include "os/mount.h"
#include "os/mount_home.h"
#include "os/namespace.h"
#include "os/process.h"

namespace launch {
namespace {

// A child that is killed and reaped unless the start succeeds.
class Child {
  public:
    explicit Child(os::Cloned cloned) : cloned_(std::move(cloned)) {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (cloned_.pid == 0) return;
        (void)os::signal(cloned_.pidfd.get(), SIGKILL);  // dead already is fine
        (void)os::reap(cloned_.pid);
    }
    Process process() const { return {cloned_.pid, cloned_.pidfd.get()}; }
    Started keep() {
        Started started;
        started.pid = std::exchange(cloned_.pid, 0);
        started.pidfd = std::move(cloned_.pidfd);
        return started;
    }

  private:
    os::Cloned cloned_;
};

Error refused(const std::string& reason) { return {Kind::invalid, reason}; }

Result<void> check_sysctls(const Plan& plan) {
    for (const auto& [name, value] : plan.sysctls) {
        const auto owner = owner_of(name);
        const bool own = owner && (*owner == Owner::ipc       ? plan.own_ipc
                                   : *owner == Owner::network ? plan.own_network
                                                              : plan.system());
        if (!own)
            return refused(
                cat("kernel parameter '", printable(name), "' does not belong to the WPAR alone"));
    }
    return {};
}

Result<void> check(const Plan& plan) {
    const auto& ids = plan.confinement.ids;
    if (plan.system() && (ids.first == 0 || ids.count == 0))
        return refused("a system WPAR needs a range of ids");
    if (plan.system() && !(plan.own_network && plan.own_ipc))
        return refused("a system WPAR needs all namespaces");
    if (plan.system() && !plan.root.starts_with('/'))
        return refused("a system WPAR needs a base directory");
    if (!plan.system() && plan.command.empty())
        return refused("an application WPAR needs a command");
    if (!plan.command.empty() && !plan.command.front().starts_with('/'))
        return refused(
            cat("command '", printable(plan.command.front()), "' is not an absolute path"));
    return check_sysctls(plan);
}

std::uint64_t namespaces_of(const Plan& plan) {
    // CLONE_NEWCGROUP comes last, in the child: its root is the group the process is in by then.
    std::uint64_t flags = CLONE_NEWPID | CLONE_NEWUTS;
    // a system WPAR's child shares our private mount namespace until the tree is complete
    flags |= plan.system() ? CLONE_NEWUSER : CLONE_NEWNS;
    if (plan.own_ipc) flags |= CLONE_NEWIPC;
    if (plan.own_network) flags |= CLONE_NEWNET;
    return flags;
}

Result<void> set_limit(pid_t process, const os::Limit& limit) {
    const rlimit64 wanted = {limit.soft, limit.hard};
    const auto resource = static_cast<__rlimit_resource>(limit.resource);
    if (::prlimit64(process, resource, &wanted, nullptr) == 0) return {};
    auto error = Error::os(errno, "prlimit", cat("resource ", limit.resource, " to ", limit.hard));
    if (error.os_number == EPERM) error.text += "; to raise a limit needs CAP_SYS_RESOURCE";
    return error;
}

bool limits_files(const Plan& plan) {
    const auto& limits = plan.confinement.limits;
    return std::any_of(limits.begin(), limits.end(),
                       [](const os::Limit& limit) { return limit.resource == RLIMIT_NOFILE; });
}

// From outside: in a user namespace no hard limit can be raised. Before the maps, because the
// process's ids are still ours.
Result<void> set_limits(const Plan& plan, pid_t process) {
    // what systemd would give itself and its services if it could; where we may not raise it
    // either, the present limit stays
    if (plan.system() && !limits_files(plan))
        (void)set_limit(process, {RLIMIT_NOFILE, 1024, 524288});
    for (const auto& limit : plan.confinement.limits) TRY(set_limit(process, limit));
    return {};
}

// A value below 0 was the caller's protection, not the WPAR's.
Result<void> lift_oom_protection(pid_t process) {
    const auto inherited = TRY(os::read_file("/proc/self/oom_score_adj"));
    if (!inherited.starts_with('-')) return {};
    return os::write_existing(cat("/proc/", process, "/oom_score_adj"), "0");
}

// clone3's numbers mislead: no disk is full, nothing is held.
Error explained(Error error) {
    const bool no_more = error.os_number == ENOSPC || error.os_number == EUSERS;
    if (no_more)
        error.text =
            cat("the kernel allows no more namespaces (", ::strerrorname_np(error.os_number),
                "); raise the sysctls user.max_*_namespaces");
    // EINVAL: this kernel does not know one of them; EPERM: somebody forbids them
    if (no_more || error.os_number == EINVAL || error.os_number == EPERM)
        error.check = checks::namespaces;
    if (error.os_number == ENOSYS) error.check = checks::kernel;
    if (error.os_number == EBUSY)
        error.text =
            "the cgroup it should be born in hands controllers to groups below it, so it cannot "
            "hold "
            "processes (EBUSY)";
    return error;
}

Result<os::Cloned> clone_child(const Plan& plan, Channels& channels) {
    auto cloned = os::clone_process({.flags = namespaces_of(plan), .cgroup = plan.cgroup_fd});
    if (!cloned) return explained(cloned.error());
    if (cloned->pid != 0) {
        channels.child.close();
        return cloned;
    }
    channels.parent.close();
    if (plan.system()) become_system(std::move(channels.child), plan);
    become_application(std::move(channels.child), plan);
}

Result<void> call_configure(const Plan& plan, const Hooks& hooks, const Process& process) {
    if (!hooks.configure) return {};
    const auto network =
        plan.own_network ? TRY(os::open_namespace(process.pid, "net")) : UniqueFd();
    return hooks.configure(process.pid, network.get());
}

// The child has its copy of the tree and waits.
Result<void> attach_removable(const Plan& plan, const Process& process,
                              const std::vector<Made>& all) {
    if (all.empty()) return {};
    const auto inside = TRY(open_inside(process, plan.root));
    for (const auto& one : all) TRY(attach_live(one, inside));
    return {};
}

// From configured to running.
Result<Started> finish(Child& child, const Channel& channel, const Hooks& hooks,
                       const std::function<Result<void>()>& complete) {
    auto console = TRY(channel.wait_for(Stage::rooted));
    TRY(complete());
    if (hooks.ready) TRY(hooks.ready(child.process().pid));
    TRY(channel.tell(Stage::go));
    TRY(channel.wait_closed());
    auto started = child.keep();
    started.console_master = std::move(console);
    return started;
}

Result<Started> start_system(const Plan& plan, const Hooks& hooks) {
    auto channels = TRY(make_channels());
    auto home = TRY(os::MountHome::leave());
    Child child(TRY(clone_child(plan, channels)));
    const auto process = child.process();
    TRY(set_limits(plan, process.pid));
    TRY(lift_oom_protection(process.pid));
    TRY(os::write_id_maps(process.pid, plan.confinement.ids));
    TRY(channels.parent.tell(Stage::mapped));
    const auto tree = TRY(build_tree(plan, process));
    TRY(channels.parent.wait_for(Stage::joined));
    TRY(os::pivot_into(tree.root.get()));
    TRY(channels.parent.tell(Stage::mounted));
    TRY(home.back());
    TRY(call_configure(plan, hooks, process));
    return finish(child, channels.parent, hooks,
                  [&] { return attach_removable(plan, process, tree.removable); });
}

// The child needs nothing of ours while it builds its tree: "go" is there when it is done, and it never waits for a
// processor to come back to us.
Result<Started> start_application(const Plan& plan, const Hooks& hooks) {
    auto channels = TRY(make_channels());
    Child child(TRY(clone_child(plan, channels)));
    const auto pid = child.process().pid;
    TRY(set_limits(plan, pid));
    TRY(lift_oom_protection(pid));
    TRY(call_configure(plan, hooks, child.process()));
    if (hooks.ready) TRY(hooks.ready(pid));
    const auto told = channels.parent.tell(Stage::go);
    TRY(channels.parent.wait_for(Stage::rooted));  // a child that has ended said why
    TRY(told);
    TRY(channels.parent.wait_closed());
    return child.keep();
}

}  // namespace

Result<Started> start(const Plan& plan, const Hooks& hooks) {
    TRY(check(plan));
    return plan.system() ? start_system(plan, hooks) : start_application(plan, hooks);
}

}  // namespace launch
