#include "launch/system_tree.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>

#include "launch/devices.h"
#include "launch/kernel_files.h"
#include "launch/sysctl.h"
#include "launch/targets.h"
#include "launch/tree.h"
#include "os/mount.h"
#include "os/namespace.h"
#include "os/superblock.h"

namespace launch {
namespace {

constexpr auto inert = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;

struct Fresh {
    const char* type;
    const char* target;
    std::uint64_t attributes;
};

Result<void> attach_fresh(const Below& below, const Fresh& fresh) {
    const auto mount = TRY(os::mount_detached(
        {.type = fresh.type, .source = fresh.type, .attributes = fresh.attributes}));
    const auto target =
        TRY(open_target(below.root, below.storage, {fresh.target, Sort::directory}));
    return os::attach_mount(mount.get(), target.get(), fresh.target);
}

// Runs in the process's namespaces but in our mount namespace: a proc and a sysfs show the ones of
// who mounts them.
Result<void> mount_kernel_files(const Plan& plan, const Process& process, const Below& below) {
    TRY(os::join_namespaces(process.pidfd, CLONE_NEWNET | CLONE_NEWIPC));
    TRY(set_ipc_sysctls(plan.sysctls, plan.confinement.ids.first));
    TRY(attach_fresh(below, {"proc", "/proc", inert}));
    return attach_fresh(below, {"sysfs", "/sys", inert | MOUNT_ATTR_RDONLY});
}

// One's own pid namespace cannot be changed, only that of the children to come.
Result<void> in_pid_namespace_of(const Process& process,
                                 const std::function<Result<void>()>& work) {
    const auto own = TRY(os::open_namespace(0, "pid"));
    TRY(os::join_namespaces(process.pidfd, CLONE_NEWPID));
    auto done = os::in_child(work);
    TRY(os::join_namespaces(own.get(), CLONE_NEWPID));
    return done;
}

Result<void> attach_devices(const Plan& plan, const Below& below) {
    const auto tree = TRY(make_device_tree({.owner = plan.confinement.ids, .extra = plan.devices}));
    const auto target = TRY(open_target(below.root, below.storage, {"/dev", Sort::directory}));
    return os::attach_mount(tree.get(), target.get(), "/dev");
}

struct MadeMounts {
    std::vector<Made> locked = {};
    std::vector<Made> removable = {};
};
Result<MadeMounts> make_all(const Plan& plan, int users) {
    MadeMounts all;
    for (const auto& mount : plan.mounts)
        (mount.removable ? all.removable : all.locked)
            .push_back(TRY(make(mount, {.user_namespace = users, .owner = plan.confinement.ids})));
    return all;
}

Result<void> fill(const Plan& plan, const Process& process, const Below& below) {
    TRY(in_pid_namespace_of(process, [&] { return mount_kernel_files(plan, process, below); }));
    TRY(attach_devices(plan, below));
    TRY(cover_kernel_files(below.root, {.writable_network = true, .no_disks = true}));
    // the child mounts on it
    TRY(open_target(below.root, below.storage, {"/run", Sort::directory}));
    return {};
}

}  // namespace

Result<Tree> build_tree(const Plan& plan, const Process& process) {
    const auto users = TRY(os::open_namespace(process.pid, "user"));
    const auto storage = TRY(os::Dir::open(plan.root));
    auto all = TRY(make_all(plan, users.get()));
    auto mount = TRY(clone_shifted({.source = plan.root, .user_namespace = users.get()}));
    TRY(os::attach_mount(mount.get(), storage.fd(), plan.root));
    UniqueFd root_fd(::fcntl(mount.get(), F_DUPFD_CLOEXEC, 3));
    const os::Dir root(std::move(root_fd), plan.root);
    const Below below = {root, storage};
    for (const auto& one : all.locked) TRY(attach(below, one));
    TRY(fill(plan, process, below));
    return Tree{std::move(mount), std::move(all.removable)};
}

}  // namespace launch
