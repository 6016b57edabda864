#include "launch/system_child.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "launch/child.h"
#include "launch/devices.h"
#include "launch/service_rules.h"
#include "launch/sysctl.h"
#include "os/child.h"
#include "os/confinement.h"
#include "os/mount.h"
#include "os/namespace.h"
#include "os/superblock.h"

namespace launch {
namespace {

Result<void> become_root() {
    // the C library's wrappers would look for threads
    if (::syscall(SYS_setgroups, 0, nullptr) != 0) return Error::os(errno, "setgroups", "");
    if (::syscall(SYS_setresgid, 0, 0, 0) != 0) return Error::os(errno, "setresgid", "0");
    if (::syscall(SYS_setresuid, 0, 0, 0) != 0) return Error::os(errno, "setresuid", "0");
    return {};
}

Result<void> prepare() {
    os::forget_signals();
    ::umask(022);
    if (::chdir("/") != 0)
        return Error::os(errno, "chdir", "/");  // pivot_root moves those who are at the old root
    (void)::personality(PER_LINUX);             // cannot fail for the default
    return {};
}

Result<void> join(const Plan& plan) {
    TRY(become_root());
    const auto& name = plan.hostname;
    if (!name.empty() && ::sethostname(name.data(), name.size()) != 0)
        return Error::os(errno, "sethostname", name);
    return set_sysctls(plan.sysctls, {Owner::users});
}

Result<void> attach_at(const UniqueFd& mount, const char* path) {
    const UniqueFd target(::open(path, O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!target) return Error::os(errno, "open", path);
    return os::attach_mount(mount.get(), target.get(), path);
}

struct Scratch {
    const char* type;
    const char* path;
    const char* options;
    std::uint64_t attributes;
};
Result<void> mount_scratch(const Scratch& scratch) {
    const auto mount = TRY(os::mount_detached(
        {.type = scratch.type,
         .source = scratch.type,
         .options = scratch.options,
         .attributes = scratch.attributes | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV}));
    return attach_at(mount, scratch.path);
}

// The console is ours, not one of those that the definition counts.
unsigned terminals_of(const Plan& plan) {
    return plan.ptys == 0 ? 0 : plan.ptys + (plan.console ? 1 : 0);
}

// What belongs to the WPAR alone, so it may unmount it: not locked.
Result<void> mount_own(const Plan& plan) {
    const auto terminals = TRY(make_terminals({.limit = terminals_of(plan)}));
    TRY(attach_at(terminals, "/dev/pts"));
    TRY(mount_scratch({"tmpfs", "/dev/shm", "mode=1777", 0}));
    TRY(mount_scratch({"mqueue", "/dev/mqueue", "", MOUNT_ATTR_NOEXEC}));
    TRY(mount_scratch({"tmpfs", "/run", "mode=755,size=20%", 0}));
    if (::mkdir("/run/lock", 01777) != 0 || ::chmod("/run/lock", 01777) != 0)
        return Error::os(errno, "mkdir", "/run/lock");
    if (plan.movable) TRY(place_service_rules());
    // CRIU cannot build the groups again that several services with mount namespaces of their own would make
    if (plan.movable) return {};
    // a service with a mount namespace of its own should see what is mounted later
    return os::change_mount("/", {.propagation = MS_SHARED, .recursive = true});
}

struct Terminal {
    UniqueFd master = UniqueFd();
    UniqueFd slave = UniqueFd();
};
Result<Terminal> open_terminal() {
    Terminal terminal;
    terminal.master = UniqueFd(::open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!terminal.master) return Error::os(errno, "open", "/dev/pts/ptmx");
    int locked = 0;
    if (::ioctl(terminal.master.get(), TIOCSPTLCK, &locked) != 0)
        return Error::os(errno, "unlock", "console");
    terminal.slave =
        UniqueFd(::ioctl(terminal.master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!terminal.slave) return Error::os(errno, "open", "console");
    return terminal;
}

Result<void> attach_console(int slave) {
    const UniqueFd place(::open("/dev/console", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
    if (!place) return Error::os(errno, "create", "/dev/console");
    const auto mount = TRY(os::clone_mount(slave, "console"));
    return os::attach_mount(mount.get(), place.get(), "/dev/console");
}

// All three were opened inside: nothing of the global environment can be reached through them.
Result<void> take_stdio(int fd) {
    for (int place = 0; place < 3; ++place)
        if (::dup2(fd, place) < 0) return Error::os(errno, "dup2", "stdio");
    return {};
}

Result<UniqueFd> open_console(const Plan& plan) {
    (void)::setsid();  // fails when the process leads a session already
    if (!plan.console) {
        const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
        if (!null) return Error::os(errno, "open", "/dev/null");
        TRY(take_stdio(null.get()));
        return UniqueFd();
    }
    auto terminal = TRY(open_terminal());
    TRY(attach_console(terminal.slave.get()));
    // by its own name, where programs look for it
    const UniqueFd console(::open("/dev/console", O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!console) return Error::os(errno, "open", "/dev/console");
    TRY(take_stdio(console.get()));
    if (::ioctl(0, TIOCSCTTY, 0) != 0) return Error::os(errno, "TIOCSCTTY", "console");
    return std::move(terminal.master);
}

bool sets(const std::vector<std::string>& variables, std::string_view like) {
    const auto name = like.substr(0, like.find('=') + 1);
    return std::any_of(variables.begin(), variables.end(),
                       [&](const std::string& each) { return each.starts_with(name); });
}

std::vector<std::string> environment_of(const Plan& plan) {
    std::vector<std::string> environment = {
        "container=corral", "TERM=vt220",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"};
    if (!plan.uuid.empty()) environment.push_back(cat("container_uuid=", plan.uuid));
    std::erase_if(environment, [&](const auto& each) { return sets(plan.environment, each); });
    environment.insert(environment.end(), plan.environment.begin(), plan.environment.end());
    return environment;
}

Result<void> execute(const Plan& plan) {
    const auto command =
        plan.command.empty() ? std::vector<std::string>{"/sbin/init"} : plan.command;
    const auto environment = environment_of(plan);
    ::execve(command.front().c_str(), os::pointers(command).data(),
             os::pointers(environment).data());
    return cannot_execute(errno, command.front()).within("init of the WPAR");
}

Result<void> run(const Channel& parent, const Plan& plan) {
    TRY(prepare());
    TRY(parent.wait_for(Stage::mapped));
    TRY(join(plan));
    TRY(parent.tell(Stage::joined));
    TRY(parent.wait_for(Stage::mounted));
    TRY(os::leave_namespaces(CLONE_NEWNS));
    TRY(mount_own(plan));
    // as root of their user namespace: the ids in net.ipv4.ping_group_range are the WPAR's. And in its own /proc: in the
    // global one the kernel looks through the parameters of all network namespaces, 1 ms with a thousand of them.
    TRY(set_sysctls(plan.sysctls, {Owner::network}));
    {
        const auto console = TRY(open_console(plan));
        TRY(parent.tell(Stage::rooted, console.get()));
    }
    TRY(parent.wait_for(Stage::go));
    TRY(enter_cgroup_namespace({}));
    TRY(os::confine(plan.confinement));
    return execute(plan);  // comes back only when it fails
}

}  // namespace

[[noreturn]] void become_system(Channel channel, const Plan& plan) noexcept {
    auto kept = keep_only(std::move(channel));
    if (kept) {
        const auto failed = run(*kept, plan);
        kept->fail(failed.error());
    }
    ::_exit(127);
}

}  // namespace launch
