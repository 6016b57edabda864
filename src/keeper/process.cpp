#include "keeper/process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "session/stop_signal.h"

namespace keeper {
namespace {

constexpr int handed_most = 7;
constexpr int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM, SIGTSTP};
char old_oom[16] = "0";  // what children get back

// Sorted, without those that are not there; returns how many.
int handed(const Options& options, int (&fds)[handed_most]) {
    const int all[handed_most] = {options.run_fd,      options.lock_fd, options.socket_fd,
                                  options.console_fd,  options.pidfd,   options.oom_fd,
                                  options.oom_event_fd};
    int count = 0;
    for (const int fd : all) {
        if (fd < 0) continue;
        int at = count++;
        for (; at > 0 && fds[at - 1] > fd; --at) fds[at] = fds[at - 1];
        fds[at] = fd;
    }
    return count;
}

void close_all_others(const Options& options) {
    int fds[handed_most] = {};
    const int count = handed(options, fds);
    unsigned first = 3;
    for (int at = 0; at < count; ++at) {
        const auto fd = static_cast<unsigned>(fds[at]);
        if (fd > first) (void)::close_range(first, fd - 1, 0);
        if (fd >= first) first = fd + 1;
    }
    (void)::close_range(first, ~0U, 0);
}

void close_on_exec(const Options& options, bool wanted) {
    int fds[handed_most] = {};
    const int count = handed(options, fds);
    for (int at = 0; at < count; ++at) (void)::fcntl(fds[at], F_SETFD, wanted ? FD_CLOEXEC : 0);
}

void write_oom(const char* text) {
    const int fd = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0) return;
    (void)!::write(fd, text, std::strlen(text));  // not allowed in some containers: stays as it is
    ::close(fd);
}

void escape_oom_killer() {
    const int fd = ::open("/proc/self/oom_score_adj", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    const auto got = ::read(fd, old_oom, sizeof old_oom - 1);
    old_oom[got > 0 ? got : 0] = '\0';
    ::close(fd);
    if (std::strcmp(old_oom, "-1000\n") == 0)
        std::strcpy(old_oom, "0");  // ours, from before an upgrade
    write_oom("-1000");
}

// What the next program gets: nothing of the keeper's own settings.
void restore_process() {
    for (const int number : ignored) ::signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (old_oom[0] != '\0') write_oom(old_oom);
}

void run_corral(const Options& options, const char* verb, const char* reason) {
    char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    char* const environment[] = {path, nullptr};
    char* const arguments[] = {const_cast<char*>(options.corral), const_cast<char*>(verb),
                               const_cast<char*>(options.name), const_cast<char*>(reason), nullptr};
    ::execve(options.corral, arguments, environment);
}

pid_t run_beside(const Options& options, const char* verb) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    restore_process();
    (void)::close_range(3, ~0U, 0);
    run_corral(options, verb, nullptr);
    ::_exit(127);
}

void show_as(const char* name, int count, char** arguments) {
    char shown[4 + session::protocol::name_limit] = "cor_";
    std::memcpy(shown + 4, name, ::strnlen(name, session::protocol::name_limit - 1));
    (void)::prctl(PR_SET_NAME, shown);  // the kernel keeps 15 bytes of it
    char* const begin = arguments[0];
    char* const end = arguments[count - 1] + std::strlen(arguments[count - 1]) + 1;
    const auto room = static_cast<std::size_t>(end - begin);
    const auto length = std::strlen(shown) + 1;
    if (length > room) return;
    std::memset(begin, 0, room);
    std::memcpy(begin, shown, length);
    (void)::prctl(PR_SET_MM, PR_SET_MM_ARG_END, begin + length, 0, 0);  // else ps shows blanks
}

}  // namespace

void detach(const Options& options, int count, char** arguments) {
    (void)::setsid();  // fails only for a leader, who has a session already
    (void)!::chdir("/");
    ::umask(077);
    const int null = ::open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3 && null >= 0; ++fd) (void)::dup2(null, fd);
    close_all_others(options);
    close_on_exec(options, true);
    escape_oom_killer();
    show_as(options.name, count, arguments);
}

int open_signals() {
    for (const int number : ignored) ::signal(number, SIG_IGN);
    ::signal(SIGCHLD, SIG_DFL);  // ignored, it would throw away how init ended
    sigset_t taken;
    sigemptyset(&taken);
    sigaddset(&taken, SIGTERM);
    sigaddset(&taken, session::protocol::stop_signal);
    sigaddset(&taken, SIGCHLD);
    ::sigprocmask(SIG_SETMASK, &taken, nullptr);
    return ::signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
}

void become_after_end(const Options& options, const char* reason) {
    restore_process();
    // asked to stop during a reboot from inside: kept until whoever starts it again looks
    session::hold_stop_signal();
    (void)::close_range(3, ~0U, 0);  // gives both locks back
    run_corral(options, "--ended", reason);
}

pid_t run_stop(const Options& options) { return run_beside(options, "--stop"); }

pid_t run_oom(const Options& options) { return run_beside(options, "--oom"); }

int become_upgraded(const Options& options) {
    CommandLine again(options);
    char* const no_environment[] = {nullptr};
    close_on_exec(options, false);
    ::execve(options.program, again.arguments(), no_environment);
    const int number = errno;
    close_on_exec(options, true);
    return number;
}

}  // namespace keeper
