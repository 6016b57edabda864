// floor [--all] COMMAND [ARGUMENT...]: runs a command as a container of the fewest steps there can be: clone3, the
// file systems every container has, pivot_root, execve. No cgroup, no filter, no registry, no recovery. It is what the
// kernel alone costs; nothing that keeps promises can be faster.
// Namespaces are those of an application WPAR; --all adds user and network, as bwrap --unshare-all has.
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

void check(long result, const char* step) {
    if (result >= 0) return;
    std::perror(step);
    std::_Exit(127);
}

void put(const std::string& path, const char* text) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    check(fd, path.c_str());
    check(::write(fd, text, std::strlen(text)), path.c_str());
    ::close(fd);
}

void fresh(const char* type, const char* target, unsigned long flags,
           const char* options = nullptr) {
    check(::mount(type, target, type, flags | MS_NOSUID, options), target);
}

void make_devices() {
    fresh("tmpfs", "dev", 0, "mode=755");
    for (const char* const name : {"null", "zero", "full", "random", "urandom", "tty"}) {
        const auto target = std::string("dev/") + name;
        ::close(::open(target.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0666));
        check(::mount(("/" + target).c_str(), target.c_str(), nullptr, MS_BIND, nullptr),
              target.c_str());
    }
    for (const char* const directory : {"dev/pts", "dev/shm"})
        check(::mkdir(directory, 0755), directory);
    fresh("devpts", "dev/pts", MS_NOEXEC, "newinstance,ptmxmode=0666");
    fresh("tmpfs", "dev/shm", MS_NODEV, "mode=1777");
}

[[noreturn]] void become_container(char** command) {
    check(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "private mounts");
    check(::mount("/", "/mnt", nullptr, MS_BIND | MS_REC, nullptr), "bind");
    check(::chdir("/mnt"), "/mnt");
    fresh("proc", "proc", MS_NODEV | MS_NOEXEC);
    make_devices();
    check(::syscall(SYS_pivot_root, ".", "."), "pivot_root");
    check(::umount2(".", MNT_DETACH), "umount");
    check(::chdir("/"), "/");
    ::execv(command[0], command);
    check(-1, command[0]);
    std::_Exit(127);
}

void map_ids(pid_t child) {
    for (const char* const file : {"/uid_map", "/gid_map"})
        put("/proc/" + std::to_string(child) + file, "0 0 4294967295");
}

}  // namespace

int main(int count, char** arguments) {
    const bool all = count > 1 && std::strcmp(arguments[1], "--all") == 0;
    arguments += all ? 2 : 1;
    if (count < (all ? 3 : 2)) return 2;
    int mapped[2];
    check(::pipe2(mapped, O_CLOEXEC), "pipe");
    clone_args wish = {};
    wish.flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP;
    if (all) wish.flags |= CLONE_NEWUSER | CLONE_NEWNET;
    wish.exit_signal = SIGCHLD;
    const auto child = static_cast<pid_t>(::syscall(SYS_clone3, &wish, sizeof wish));
    check(child, "clone3");
    if (child == 0) {
        char byte = 0;
        ::close(mapped[1]);
        if (all) check(::read(mapped[0], &byte, 1) - 1, "id maps");
        become_container(arguments);
    }
    if (all) {
        map_ids(child);
        check(::write(mapped[1], "", 1), "pipe");
    }
    int status = 0;
    check(::waitpid(child, &status, 0), "wait");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
