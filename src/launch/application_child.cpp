#include "launch/application_child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>

#include "launch/child.h"
#include "launch/devices.h"
#include "launch/kernel_files.h"
#include "launch/movable_tree.h"
#include "launch/own_streams.h"
#include "launch/sysctl.h"
#include "launch/targets.h"
#include "launch/tiny_init.h"
#include "launch/tree.h"
#include "os/child.h"
#include "os/confinement.h"
#include "os/mount.h"
#include "os/real_path.h"
#include "os/superblock.h"

namespace launch {
namespace {

constexpr auto inert = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;

Result<void> attach_at(const os::Dir& root, const UniqueFd& mount, const char* path) {
    const auto target = TRY(open_target(root, root, {path, Sort::directory}));
    return os::attach_mount(mount.get(), target.get(), path);
}

Result<void> mount_sysfs(const os::Dir& root, const Plan& plan) {
    // its interfaces are those of the namespace that mounted it
    if (!plan.own_network && !plan.movable)
        return os::change_mount("/sys", {.set = MOUNT_ATTR_RDONLY, .recursive = true});
    const auto sysfs = TRY(os::mount_detached(
        {.type = "sysfs", .source = "sysfs", .attributes = inert | MOUNT_ATTR_RDONLY}));
    return attach_at(root, sysfs, "/sys");
}

Result<void> mount_kernel_files(const os::Dir& root, const Plan& plan) {
    const auto proc =
        TRY(os::mount_detached({.type = "proc", .source = "proc", .attributes = inert}));
    TRY(attach_at(root, proc, "/proc"));
    std::vector<Owner> owned;
    if (plan.own_ipc) owned.push_back(Owner::ipc);
    if (plan.own_network) owned.push_back(Owner::network);
    TRY(set_sysctls(plan.sysctls, owned));
    TRY(mount_sysfs(root, plan));
    return cover_kernel_files(root, {.writable_network = plan.own_network});
}

// Shared memory and message queues lie in file systems of their own: fresh ones, or with xwparipc
// those of everybody.
struct Shared {
    UniqueFd memory = UniqueFd();
    UniqueFd queues = UniqueFd();
};
Result<UniqueFd> clone_if_there(const char* path) {
    auto copy = os::clone_mount(path);
    if (!copy && copy.error().kind == Kind::missing) return UniqueFd();
    return copy;
}
Result<Shared> clone_shared() {
    Shared shared;
    shared.memory = TRY(clone_if_there("/dev/shm"));
    shared.queues = TRY(clone_if_there("/dev/mqueue"));
    return shared;
}
Result<Shared> make_shared(const Plan& plan) {
    if (!plan.own_ipc) return clone_shared();
    Shared shared;
    shared.memory = TRY(os::mount_detached({.type = "tmpfs",
                                            .source = "shm",
                                            .options = "mode=1777",
                                            .attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV}));
    shared.queues =
        TRY(os::mount_detached({.type = "mqueue", .source = "mqueue", .attributes = inert}));
    return shared;
}

// The caller's terminal is one of the global environment's devpts, which stays outside with
// everybody else's terminals; this one is put at /dev/console, where ttyname(3) finds it.
Result<UniqueFd> clone_terminal() {
    const auto path = ::isatty(0) == 1 ? os::path_of(0) : std::string();
    if (path.empty()) return UniqueFd();
    auto copy = TRY(os::clone_mount(path));
    TRY(os::change_mount(copy.get(), {.clear = MOUNT_ATTR_NODEV}, path));
    return copy;
}

Result<void> attach_console(const os::Dir& root, const UniqueFd& terminal) {
    if (!terminal) return {};
    const auto place = TRY(open_target(root, root, {"/dev/console", Sort::file}));
    return os::attach_mount(terminal.get(), place.get(), "/dev/console");
}

Result<void> mount_devices(const os::Dir& root, const Plan& plan) {
    const auto terminal = plan.movable ? UniqueFd() : TRY(clone_terminal());
    const auto shared = TRY(make_shared(plan));
    const auto tree = TRY(make_device_tree({.extra = plan.devices}));
    const auto terminals = TRY(make_terminals({.limit = plan.ptys}));
    TRY(attach_at(root, tree, "/dev"));
    TRY(attach_at(root, terminals, "/dev/pts"));
    if (shared.memory) TRY(attach_at(root, shared.memory, "/dev/shm"));
    if (shared.queues) TRY(attach_at(root, shared.queues, "/dev/mqueue"));
    return attach_console(root, terminal);
}

Result<void> build_movable(const Plan& plan) {
    TRY(enter_movable_tree(plan));
    const auto root = TRY(os::Dir::open("/"));
    TRY(mount_devices(root, plan));
    return mount_kernel_files(root, plan);
}

Result<void> build(const Plan& plan) {
    // slaves, not private: what the administrator unmounts outside must not stay busy in here
    TRY(os::change_mount("/",
                         {.set = MOUNT_ATTR_NODEV, .propagation = MS_SLAVE, .recursive = true}));
    const auto root = TRY(os::Dir::open("/"));
    for (const auto& mount : plan.mounts) {
        const auto made = TRY(make(mount, {}));
        TRY(attach({.root = root, .storage = root}, made));
    }
    TRY(mount_devices(root, plan));  // clones /dev/null's and the terminal's old places first
    return mount_kernel_files(root, plan);
}

Result<void> prepare(const Plan& plan) {
    // the WPAR must not outlive the command that waits for it
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        return Error::os(errno, "prctl", "parent death signal");
    (void)::prctl(PR_SET_NAME, "vinit");
    // a session whose leader is outside could not be made again
    if (plan.movable && ::setsid() < 0) return Error::os(errno, "setsid", "");
    const auto& name = plan.hostname;
    if (!name.empty() && ::sethostname(name.data(), name.size()) != 0)
        return Error::os(errno, "sethostname", name);
    if (!plan.movable) return build(plan);
    // by their names, as long as those lead to them
    const auto streams = TRY(OwnStreams::look());
    TRY(build_movable(plan));
    return streams.open_again();
}

// As a program of its own: what runs here is the command's, not ours. Comes back only when it fails.
Error execute_first(const Plan& plan) {
    std::vector<std::string> words = {plan.first_process, "", plan.directory};
    words.insert(words.end(), plan.command.begin(), plan.command.end());
    ::execve(words.front().c_str(), os::pointers(words).data(),
             os::pointers(plan.environment).data());
    return cannot_execute(errno, words.front());
}

Result<pid_t> run(const Channel& parent, const Plan& plan) {
    TRY(prepare(plan));
    TRY(parent.wait_for(Stage::go));
    // not only a stage: it fails when the parent said "go" and died before we asked to die with it
    TRY(parent.tell(Stage::rooted));
    TRY(enter_cgroup_namespace({.read_only = true}));
    TRY(os::confine(plan.confinement));
    TRY(os::keep_capabilities(plan.confinement.capabilities));
    if (plan.movable) return execute_first(plan);
    return start_command({plan.command, plan.environment, plan.directory});
}

}  // namespace

[[noreturn]] void become_application(Channel channel, const Plan& plan) noexcept {
    if (!place_streams(plan.streams)) ::_exit(127);
    auto kept = keep_only(std::move(channel));
    if (!kept) ::_exit(127);
    const auto command = run(*kept, plan);
    if (!command) {
        kept->fail(command.error());
        ::_exit(127);
    }
    kept->close();  // tells the parent that the command runs
    ::_exit(watch_over(*command));
}

}  // namespace launch
