// The smallest init there can be, for what starts hundreds of containers: its first act is to tell the time, into the
// file that is its argument or /stamp. Then it waits to be ended.
#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>

namespace {

void tell_time(const char* path, const timespec& now) {
    char text[64];
    const int length =
        std::snprintf(text, sizeof text, "%lld\n", now.tv_sec * 1000000000LL + now.tv_nsec);
    const int fd = ::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0 || ::write(fd, text, static_cast<std::size_t>(length)) != length) ::_exit(1);
    ::close(fd);
}

// A process 1 gets no signal that it does not wait for.
void wait_for_the_end() {
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    for (int number = SIGCHLD; number == SIGCHLD || number == SIGHUP || number == SIGWINCH;)
        if (::sigwait(&all, &number) != 0) return;
}

}  // namespace

int main(int count, char** arguments) {
    timespec now = {};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    tell_time(count > 1 ? arguments[1] : "/stamp", now);
    wait_for_the_end();
}
