// escape [ATTEMPT...]: what a hostile root inside a WPAR would try against the global environment, each attempt in a
// process of its own. Prints "held ATTEMPT" or "ESCAPED ATTEMPT: what was reached"; the status is the number of escapes.
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <linux/keyctl.h>
#include <linux/loop.h>
#include <linux/mount.h>
#include <linux/perf_event.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace {

using Reached = std::optional<std::string>;  // nothing: it was held

std::string text_of(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// That the file could be opened is enough: nothing is written, since what is attacked is the machine's.
bool opens_for_writing(const std::string& path) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0) ::close(fd);
    return fd >= 0;
}

Reached first_writable(const std::vector<std::string>& paths) {
    for (const auto& path : paths)
        if (opens_for_writing(path) && text_of(path) != "") return "can write " + path;
    return std::nullopt;
}

Reached first_call(long result, const char* call) {
    if (result < 0) return std::nullopt;
    return std::string(call) + " is allowed";
}

// --- system calls that reach the kernel of everybody

Reached rare_sockets() {
    for (const int family :
         {AF_ALG, AF_VSOCK, AF_PACKET, AF_TIPC, AF_CAN, AF_BLUETOOTH, AF_RDS, AF_KEY})
        if (::socket(family, SOCK_SEQPACKET, 0) >= 0 || ::socket(family, SOCK_RAW, 0) >= 0 ||
            ::socket(family, SOCK_DGRAM, 0) >= 0)
            return "socket family " + std::to_string(family);
    return std::nullopt;
}

Reached raw_sockets() {
    if (::socket(AF_INET, SOCK_RAW, IPPROTO_RAW) >= 0) return "raw IPv4";
    if (::socket(AF_INET6, SOCK_RAW, IPPROTO_RAW) >= 0) return "raw IPv6";
    return std::nullopt;
}

Reached programs_in_the_kernel() {
    union bpf_attr attributes = {};
    attributes.map_type = BPF_MAP_TYPE_ARRAY;
    attributes.key_size = attributes.value_size = 4;
    attributes.max_entries = 1;
    return first_call(::syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes), "bpf");
}

Reached performance_events() {
    perf_event_attr attributes = {};
    attributes.type = PERF_TYPE_SOFTWARE;
    attributes.size = sizeof attributes;
    attributes.config = PERF_COUNT_SW_CPU_CLOCK;
    return first_call(::syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0), "perf_event_open");
}

Reached kernel_modules() {
    const int self = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (::syscall(SYS_finit_module, self, "", 0) == 0 || errno != EPERM)
        return "finit_module, errno " + std::to_string(errno);
    if (::syscall(SYS_init_module, "", 0, "") == 0 || errno != EPERM)
        return "init_module, errno " + std::to_string(errno);
    if (::syscall(SYS_delete_module, "nothing", O_NONBLOCK) == 0 || errno != EPERM)
        return "delete_module";
    return std::nullopt;
}

Reached another_kernel() {
    if (::syscall(SYS_kexec_load, 0, 0, nullptr, 0) == 0 || errno != EPERM) return "kexec_load";
    return std::nullopt;
}

Reached rings() {
    std::array<char, 256> parameters = {};
    return first_call(::syscall(SYS_io_uring_setup, 1, parameters.data()), "io_uring_setup");
}

Reached kernel_log() {
    std::array<char, 64> text = {};
    if (::syscall(SYS_syslog, 3, text.data(), text.size()) >= 0) return "reads the kernel's log";
    return std::nullopt;
}

Reached clock_of_the_machine() {
    timespec now = {};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return first_call(::clock_settime(CLOCK_REALTIME, &now), "clock_settime");
}

Reached accounting() { return first_call(::syscall(SYS_acct, nullptr), "acct"); }

Reached ports() {
#if defined(__x86_64__)
    if (::syscall(SYS_iopl, 3) == 0) return "iopl";
    if (::syscall(SYS_ioperm, 0x70, 2, 1) == 0) return "ioperm";
#endif
    return std::nullopt;
}

// The same number means another call to a 32-bit program: a filter that looks at the number alone would be blind.
Reached calls_of_32_bits() {
#if defined(__x86_64__)
    long result = 0;
    asm volatile("int $0x80"
                 : "=a"(result)
                 : "a"(357L), "b"(0L), "c"(0L), "d"(0L)
                 : "memory", "r8", "r9", "r10", "r11");
    if (result != -EPERM && result != -ENOSYS) return "bpf answers " + std::to_string(result);
    if (::syscall(0x40000000 + SYS_bpf, 0, nullptr, 0) == 0 || (errno != ENOSYS && errno != EPERM))
        return "bpf through x32";
#endif
    return std::nullopt;
}

// The classic way out of a container: inode 2 or 256 is the root of the global environment's file system.
Reached file_handles() {
    for (const unsigned long root : {2UL, 256UL}) {
        struct {
            unsigned bytes;
            int type;
            unsigned long object, parent;
        } handle = {8, 1, root, 0};
        const int here = ::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (::syscall(SYS_open_by_handle_at, here, &handle, O_RDONLY) >= 0)
            return "inode " + std::to_string(root);
        if (errno != EPERM && errno != ENOSYS)
            return "the kernel looked at the handle, errno " + std::to_string(errno);
    }
    return std::nullopt;
}

// --- devices

Reached new_devices() {
    struct Node {
        mode_t type;
        unsigned major, minor;
    };
    for (const auto& node : {Node{S_IFCHR, 1, 1}, Node{S_IFCHR, 1, 11}, Node{S_IFBLK, 7, 0},
                             Node{S_IFBLK, 8, 0}, Node{S_IFCHR, 10, 237}, Node{S_IFCHR, 10, 229}})
        for (const std::string folder : {"/tmp", "/dev", "/run", "/dev/shm"}) {
            const auto path = folder + "/escape-node";
            ::unlink(path.c_str());
            if (::mknod(path.c_str(), node.type | 0666, makedev(node.major, node.minor)) != 0)
                continue;
            const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
            ::unlink(path.c_str());
            if (fd >= 0)
                return "device " + std::to_string(node.major) + ":" + std::to_string(node.minor);
        }
    return std::nullopt;
}

Reached host_devices() {
    for (const char* path :
         {"/dev/kmsg", "/dev/mem", "/dev/port", "/dev/loop-control", "/dev/loop0", "/dev/sda",
          "/dev/vda", "/dev/mapper/control", "/dev/fuse", "/dev/kvm", "/dev/net/tun", "/dev/tty0"})
        if (::open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) >= 0) return path;
    return std::nullopt;
}

// --- kernel files

Reached kernel_parameters() {
    return first_writable({"/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe",
                           "/proc/sys/kernel/sysrq", "/proc/sys/kernel/panic",
                           "/proc/sys/kernel/hotplug", "/proc/sys/vm/overcommit_memory",
                           "/proc/sys/vm/drop_caches", "/proc/sys/fs/file-max",
                           "/proc/sys/kernel/randomize_va_space", "/proc/sys/kernel/pid_max",
                           "/proc/sys/kernel/ns_last_pid", "/proc/sys/net/core/bpf_jit_enable"});
}

Reached system_request() {
    // a null device stands before it: what is written goes nowhere
    struct stat found = {};
    if (::stat("/proc/sysrq-trigger", &found) != 0 ||
        (S_ISCHR(found.st_mode) && found.st_rdev == makedev(1, 3)))
        return std::nullopt;
    if (opens_for_writing("/proc/sysrq-trigger")) return "can write /proc/sysrq-trigger";
    return std::nullopt;
}

Reached hidden_files() {
    for (const char* path :
         {"/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/kpagecount", "/proc/sched_debug"})
        if (!text_of(path).substr(0, 1).empty()) return std::string("can read ") + path;
    return std::nullopt;
}

// Of a system WPAR: an application has the global environment's file systems.
Reached disks() {
    for (const char* path :
         {"/sys/block", "/sys/class/block", "/sys/dev/block", "/sys/devices/virtual/block"})
        if (std::filesystem::exists(path) && !std::filesystem::is_empty(path))
            return std::string("sees disks in ") + path;
    return std::nullopt;
}

Reached system_files() {
    return first_writable(
        {"/sys/kernel/uevent_helper", "/sys/kernel/mm/transparent_hugepage/enabled",
         "/sys/power/state", "/sys/module/kernel/parameters/panic", "/sys/kernel/profiling",
         "/sys/block/loop0/queue/read_ahead_kb", "/sys/devices/system/cpu/cpu1/online"});
}

Reached less_likely_to_be_killed() {
    std::ofstream score("/proc/self/oom_score_adj");
    if (score << "-500" << std::flush) return "oom_score_adj";
    return std::nullopt;
}

// --- mounts

// Whether the tree that the path is on can be written now, without writing to it.
bool is_writable(const char* directory) {
    const int fd = ::open(directory, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0) ::close(fd);
    return fd >= 0;
}

Reached write_shared_trees() {
    for (const char* tree : {"/usr", "/opt"}) {
        const bool own = is_writable(tree);  // a private one is no secret
        if (own) continue;
        if (::mount(nullptr, tree, nullptr, MS_REMOUNT | MS_BIND, nullptr) == 0 &&
            is_writable(tree))
            return std::string("remounted ") + tree;
        mount_attr attributes = {};
        attributes.attr_clr = MOUNT_ATTR_RDONLY;
        if (::syscall(SYS_mount_setattr, AT_FDCWD, tree, 0, &attributes, sizeof attributes) == 0)
            return std::string("mount_setattr ") + tree;
        const long copy = ::syscall(SYS_open_tree, AT_FDCWD, tree, OPEN_TREE_CLONE | AT_RECURSIVE);
        if (copy >= 0 && ::syscall(SYS_mount_setattr, copy, "", AT_EMPTY_PATH, &attributes,
                                   sizeof attributes) == 0)
            return std::string("a writable copy of ") + tree;
    }
    return std::nullopt;
}

Reached uncover() {
    for (const char* cover :
         {"/usr", "/opt", "/proc/sys", "/proc/keys", "/proc/kcore", "/proc/sysrq-trigger",
          "/proc/acpi", "/sys/firmware", "/sys/devices/virtual/block", "/sys/block", "/proc/irq",
          "/proc/bus"}) {
        if (::access(cover, F_OK) != 0) continue;
        if (::umount2(cover, 0) == 0 || ::umount2(cover, MNT_DETACH) == 0)
            return std::string("unmounted ") + cover;
    }
    return std::nullopt;
}

// A tree without what is mounted on it would show what lies below the covers.
Reached look_below() {
    for (const char* tree : {"/proc", "/sys", "/"}) {
        if (::syscall(SYS_open_tree, AT_FDCWD, tree, OPEN_TREE_CLONE) >= 0)
            return std::string("open_tree ") + tree;
        ::mkdir("/run/escape", 0700);
        if (::mount(tree, "/run/escape", nullptr, MS_BIND, nullptr) == 0)
            return std::string("bind of ") + tree;
    }
    return std::nullopt;
}

Reached fresh_kernel_file_systems() {
    ::mkdir("/run/escape", 0700);
    for (const char* type : {"sysfs", "devtmpfs", "debugfs", "tracefs", "securityfs", "bpf",
                             "configfs", "pstore", "efivarfs"})
        if (::mount(type, "/run/escape", type, 0, nullptr) == 0) {
            const bool harmless = std::string(type) == "bpf";  // an empty one of its own
            ::umount2("/run/escape", MNT_DETACH);
            if (!harmless) return std::string("mounted ") + type;
        }
    if (::mount("proc", "/run/escape", "proc", 0, nullptr) == 0 &&
        opens_for_writing("/run/escape/sysrq-trigger"))
        return "a proc without covers";
    return std::nullopt;
}

Reached disk_file_systems() {
    ::mkdir("/run/escape", 0700);
    for (const char* type : {"ext4", "btrfs", "xfs", "squashfs"})
        for (const char* device : {"/dev/loop0", "/dev/sda1", "/dev/vda1", "/dev/console"})
            if (::mount(device, "/run/escape", type, 0, nullptr) == 0)
                return std::string(type) + " of " + device;
    return std::nullopt;
}

// Another user namespace inside makes all capabilities anew.
Reached from_a_nested_user_namespace() {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return std::nullopt;
    for (const auto attempt :
         {write_shared_trees, uncover, look_below, fresh_kernel_file_systems, new_devices,
          kernel_parameters, programs_in_the_kernel, kernel_modules})
        if (auto reached = attempt()) return reached;
    return std::nullopt;
}

// Marks by which overlayfs finds its way: who could set them in his view would choose what it shows of the layers.
Reached overlay_layers() {
    for (const char* tree : {"/usr", "/opt", "/usr/bin/env"})
        for (const char* mark : {"trusted.overlay.opaque", "trusted.overlay.redirect",
                                 "trusted.overlay.origin", "trusted.anything"})
            if (::setxattr(tree, mark, "y", 1, 0) == 0)
                return std::string("set ") + mark + " of " + tree;
    if (::mknod("/usr/whiteout", S_IFCHR, ::makedev(0, 0)) == 0) return "made a whiteout";
    for (const char* option : {"upperdir=/tmp", "lowerdir=/", "redirect_dir=follow", "metacopy=on"})
        if (::mount(nullptr, "/usr", nullptr, MS_REMOUNT, option) == 0 &&
            text_of("/proc/self/mounts").find(option) != std::string::npos)
            return std::string("remounted /usr with ") + option;
    return std::nullopt;
}

// --- the file system of the global environment

bool sees_the_global_root() {
    return ::access("wpars", F_OK) == 0 || ::access("etc/wpars", F_OK) == 0;
}

Reached out_of_a_chroot() {
    ::mkdir("/tmp/escape-jail", 0700);
    const int outside = ::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (::chroot("/tmp/escape-jail") != 0) return std::nullopt;
    (void)!::fchdir(outside);
    for (int up = 0; up < 64; ++up) (void)!::chdir("..");
    (void)!::chroot(".");
    if (sees_the_global_root()) return "the global root";
    return std::nullopt;
}

Reached through_pivot_root() {
    if (::unshare(CLONE_NEWNS) != 0) return std::nullopt;
    if (::syscall(SYS_pivot_root, "/", "/") == 0) {
        (void)!::chdir("/");
        if (sees_the_global_root()) return "the global root";
    }
    if (::umount2("/", MNT_DETACH) == 0) {
        (void)!::chdir("/");
        if (sees_the_global_root()) return "below the own root";
    }
    return std::nullopt;
}

// Descriptors and directories of any process that lead to a file which has no name inside.
Reached foreign_descriptors() {
    for (int pid = 1; pid < 5000; ++pid) {
        const auto process = "/proc/" + std::to_string(pid);
        for (const auto* link : {"/cwd", "/root"}) {
            if (::chdir((process + link).c_str()) == 0 && sees_the_global_root())
                return process + link;
        }
        for (int fd = 0; fd < 64; ++fd) {
            const auto path = process + "/fd/" + std::to_string(fd);
            struct stat found = {};
            if (::stat(path.c_str(), &found) != 0 || !S_ISDIR(found.st_mode)) continue;
            if (::chdir(path.c_str()) == 0 && sees_the_global_root()) return path;
        }
    }
    return std::nullopt;
}

// --- processes of the global environment

Reached foreign_processes() {
    // every process that can be seen must be in the pid namespace in here: its number in it is the last one
    const auto status = text_of("/proc/1/status");
    if (status.find("NSpid:\t1\n") == std::string::npos)
        return "process 1 has another number outside: " + status.substr(0, 40);
    for (const char* kind : {"net", "pid", "uts", "ipc", "cgroup", "user"}) {
        std::array<char, 64> own = {}, first = {};
        (void)!::readlink(("/proc/self/ns/" + std::string(kind)).c_str(), own.data(),
                          own.size() - 1);
        (void)!::readlink(("/proc/1/ns/" + std::string(kind)).c_str(), first.data(),
                          first.size() - 1);
        if (first[0] != '\0' && std::strcmp(own.data(), first.data()) != 0)
            return std::string("process 1 is in another ") + kind;
    }
    return std::nullopt;
}

Reached more_time_than_others() {
    sched_param priority = {};
    priority.sched_priority = 1;
    if (::sched_setscheduler(0, SCHED_FIFO, &priority) == 0) return "real-time scheduling";
    return std::nullopt;
}

Reached higher_limits() {
    rlimit limit = {};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_max += 1;
    if (::setrlimit(RLIMIT_NOFILE, &limit) == 0) return "more descriptors than the hard limit";
    return std::nullopt;
}

// --- cgroups

Reached groups_above() {
    const auto own = text_of("/proc/self/cgroup");
    if (own.find("/..") != std::string::npos) return "a path above its own: " + own;
    for (const char* file :
         {"memory.max", "memory.high", "memory.swap.max", "cpu.max", "cpu.weight", "pids.max",
          "cpuset.cpus", "cgroup.freeze", "cgroup.kill", "cgroup.max.descendants", "cgroup.type"})
        if (opens_for_writing(std::string("/sys/fs/cgroup/") + file))
            return std::string("its own ") + file;
    return std::nullopt;
}

// Where the machine has hierarchies of version 1, they may be mounted inside, but show only what the WPAR owns.
Reached old_groups() {
    ::mkdir("/run/escape", 0700);
    for (const char* type : {"memory", "pids", "cpu", "cpuset", "devices", "freezer"}) {
        if (::mount("cgroup", "/run/escape", "cgroup", 0, type) != 0) continue;
        Reached reached;
        for (const char* file :
             {"memory.limit_in_bytes", "pids.max", "cpu.shares", "cpu.cfs_quota_us", "cpuset.cpus",
              "devices.allow", "freezer.state", "cgroup.procs", "tasks", "release_agent",
              "notify_on_release"})
            if (opens_for_writing(std::string("/run/escape/") + file))
                reached = std::string(type) + ": " + file;
        if (::mkdir("/run/escape/own", 0700) == 0)
            reached = std::string(type) + ": a group of its own";
        ::umount2("/run/escape", MNT_DETACH);
        if (reached) return reached;
    }
    return std::nullopt;
}

// --- terminals, keys, network

Reached typed_input() {
    const char letter = 'x';
    for (const char* path : {"/dev/tty", "/proc/self/fd/0", "/dev/console"}) {
        const int terminal = ::open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
        if (terminal >= 0 && ::ioctl(terminal, TIOCSTI, &letter) == 0)
            return std::string("TIOCSTI on ") + path;
        // the upper half of the argument is ignored by the kernel, and must be by the filter
        if (terminal >= 0 && ::syscall(SYS_ioctl, terminal, 0x100000000UL | TIOCSTI, &letter) == 0)
            return "TIOCSTI, wide";
    }
    return std::nullopt;
}

// The global environment's root has put a key "corral-escape" into his keyrings.
Reached keys_of_root() {
    for (const int ring : {KEY_SPEC_USER_KEYRING, KEY_SPEC_SESSION_KEYRING,
                           KEY_SPEC_USER_SESSION_KEYRING, KEY_SPEC_PROCESS_KEYRING})
        if (::syscall(SYS_keyctl, KEYCTL_SEARCH, ring, "user", "corral-escape", 0) >= 0)
            return "a key in ring " + std::to_string(ring);
    return std::nullopt;
}

Reached own_interfaces() {
    const int any = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    for (const char* name : {"eth0", "en0", "lo"}) {
        ifreq change = {};
        std::strncpy(change.ifr_name, name, IFNAMSIZ - 1);
        change.ifr_addr.sa_family = AF_INET;
        reinterpret_cast<sockaddr_in*>(&change.ifr_addr)->sin_addr.s_addr = htonl(0xc0a81502);
        if (::ioctl(any, SIOCSIFADDR, &change) == 0)
            return std::string("changed the address of ") + name;
    }
    return std::nullopt;
}

struct Attempt {
    const char* name;
    Reached (*run)();
};
constexpr std::array attempts = {
    Attempt{"rare-sockets", rare_sockets},
    Attempt{"raw-sockets", raw_sockets},
    Attempt{"bpf", programs_in_the_kernel},
    Attempt{"perf", performance_events},
    Attempt{"modules", kernel_modules},
    Attempt{"kexec", another_kernel},
    Attempt{"io-uring", rings},
    Attempt{"kernel-log", kernel_log},
    Attempt{"clock", clock_of_the_machine},
    Attempt{"accounting", accounting},
    Attempt{"ports", ports},
    Attempt{"32-bit-calls", calls_of_32_bits},
    Attempt{"file-handles", file_handles},
    Attempt{"new-devices", new_devices},
    Attempt{"host-devices", host_devices},
    Attempt{"kernel-parameters", kernel_parameters},
    Attempt{"sysrq", system_request},
    Attempt{"hidden-files", hidden_files},
    Attempt{"disks", disks},
    Attempt{"system-files", system_files},
    Attempt{"oom-score", less_likely_to_be_killed},
    Attempt{"shared-trees", write_shared_trees},
    Attempt{"overlay-layers", overlay_layers},
    Attempt{"uncover", uncover},
    Attempt{"look-below", look_below},
    Attempt{"fresh-kernel-file-systems", fresh_kernel_file_systems},
    Attempt{"disk-file-systems", disk_file_systems},
    Attempt{"nested-users", from_a_nested_user_namespace},
    Attempt{"chroot", out_of_a_chroot},
    Attempt{"pivot-root", through_pivot_root},
    Attempt{"descriptors", foreign_descriptors},
    Attempt{"processes", foreign_processes},
    Attempt{"real-time", more_time_than_others},
    Attempt{"limits", higher_limits},
    Attempt{"cgroups", groups_above},
    Attempt{"old-cgroups", old_groups},
    Attempt{"terminal", typed_input},
    Attempt{"keys", keys_of_root},
    Attempt{"addresses", own_interfaces},
};

// In a process and a mount namespace of its own: an attempt that tears things down hinders no other.
bool escapes(const Attempt& attempt) {
    const pid_t child = ::fork();
    if (child == 0) {
        (void)::unshare(CLONE_NEWNS);
        const auto reached = attempt.run();
        if (reached)
            std::printf("ESCAPED %s: %s\n", attempt.name, reached->c_str());
        else
            std::printf("held %s\n", attempt.name);
        std::fflush(stdout);
        ::_exit(reached ? 1 : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status)) return WEXITSTATUS(status) != 0;
    std::printf("ESCAPED %s: ended by signal %d\n", attempt.name, WTERMSIG(status));
    return true;
}

// For the global environment: what keys_of_root must not find.
int leave_key() {
    const long key =
        ::syscall(SYS_add_key, "user", "corral-escape", "secret", 6, KEY_SPEC_USER_KEYRING);
    return key < 0 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 2 && std::strcmp(argv[1], "--leave-key") == 0) return leave_key();
    int count = 0;
    for (const auto& attempt : attempts) {
        bool wanted = argc == 1;
        for (int at = 1; at < argc; ++at)
            wanted = wanted || std::strcmp(argv[at], attempt.name) == 0;
        if (wanted && escapes(attempt)) ++count;
    }
    return count;
}
