// until STAMP COMMAND [ARGUMENT...]: runs a command that starts a container in the background, and prints how many
// milliseconds later the container's init was running: its first act is to write the time into the file STAMP.
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

namespace {

constexpr auto patience_ns = 10'000'000'000LL;

long long now() {
    timespec time = {};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

// 0 until the line is complete. The time is in it, so looking only now and then does not falsify the result.
long long stamp_in(const char* path) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line) || file.eof()) return 0;
    return std::atoll(line.c_str());
}

bool run(char** command) {
    pid_t child = 0;
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, 2, 1);
    if (::posix_spawnp(&child, command[0], &actions, nullptr, command, environ) != 0) return false;
    int status = 0;
    return ::waitpid(child, &status, 0) == child && status == 0;
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 3) return 2;
    (void)::unlink(arguments[1]);
    const int result = ::fcntl(1, F_DUPFD_CLOEXEC, 3);
    ::dup2(2, 1);  // what the command says is no result
    const auto begin = now();
    if (!run(arguments + 2)) {
        std::fprintf(stderr, "until: %s failed\n", arguments[2]);
        return 1;
    }
    long long stamp = 0;
    while ((stamp = stamp_in(arguments[1])) == 0 && now() - begin < patience_ns)
        ::poll(nullptr, 0, 1);
    if (stamp == 0) {
        std::fprintf(stderr, "until: no init wrote %s\n", arguments[1]);
        return 1;
    }
    ::dprintf(result, "%.3f\n", static_cast<double>(stamp - begin) / 1e6);
    return 0;
}
