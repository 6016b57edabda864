// idmapped SOURCE TARGET FIRST: mounts SOURCE on TARGET with the ids 0..65535 shown as FIRST and up. It proves that a
// file system can be idmapped with nothing but system calls, independently of the code under test.
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

namespace {

[[noreturn]] void give_up(const char* call) {
    std::fprintf(stderr, "idmapped: %s: %s\n", call, std::strerror(errno));
    std::exit(1);
}

int check(long result, const char* call) {
    if (result < 0) give_up(call);
    return static_cast<int>(result);
}

void write_map(pid_t child, const char* file, const std::string& first) {
    std::ofstream map("/proc/" + std::to_string(child) + "/" + file);
    if (!(map << "0 " << first << " 65536" << std::flush)) give_up(file);
}

// A user namespace lives as long as somebody holds it; the child is needed only until its descriptor is open.
int user_namespace(const std::string& first) {
    int ready[2];
    check(pipe2(ready, O_CLOEXEC), "pipe");
    const pid_t child = check(fork(), "fork");
    if (child == 0) {
        if (unshare(CLONE_NEWUSER) != 0 || write(ready[1], "x", 1) != 1) _exit(1);
        pause();
        _exit(0);
    }
    close(ready[1]);
    char byte = 0;
    if (read(ready[0], &byte, 1) != 1) give_up("unshare");
    write_map(child, "uid_map", first);
    write_map(child, "gid_map", first);
    const auto path = "/proc/" + std::to_string(child) + "/ns/user";
    const int handle = check(open(path.c_str(), O_RDONLY | O_CLOEXEC), "open");
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    return handle;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: idmapped SOURCE TARGET FIRST\n");
        return 2;
    }
    const int tree = check(syscall(SYS_open_tree, AT_FDCWD, argv[1], OPEN_TREE_CLONE), "open_tree");
    mount_attr attributes{};
    attributes.attr_set = MOUNT_ATTR_IDMAP;
    attributes.userns_fd = static_cast<unsigned>(user_namespace(argv[3]));
    check(syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes),
          "mount_setattr");
    check(syscall(SYS_move_mount, tree, "", AT_FDCWD, argv[2], MOVE_MOUNT_F_EMPTY_PATH),
          "move_mount");
    return 0;
}
