#include "unpack/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "os/interrupt.h"
#include "os/namespace.h"
#include "os/process.h"
#include "unpack/protocol.h"

namespace unpack {
namespace {

// Above all numbers that are given away first: none is overwritten before it is copied.
void put_at(int fd, int place) {
    if (fd < 0) return;
    const int aside = ::fcntl(fd, F_DUPFD_CLOEXEC, last_fd + 1);
    (void)::dup2(aside, place);  // the program notices what is missing
}

void forget_signals() {
    for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
    sigset_t none = {};
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void become(const Call& call, int socket) {
    forget_signals();
    (void)::setpgid(0, 0);  // a Ctrl-C at the terminal is ours to heed
    (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    const std::array aside = {::fcntl(socket, F_DUPFD_CLOEXEC, last_fd + 1),
                              ::fcntl(call.target, F_DUPFD_CLOEXEC, last_fd + 1),
                              ::fcntl(call.users, F_DUPFD_CLOEXEC, last_fd + 1),
                              ::fcntl(call.image, F_DUPFD_CLOEXEC, last_fd + 1)};
    for (int place = 0; place < 3; ++place) put_at(null, place);
    for (std::size_t at = 0; at < aside.size(); ++at) {
        const int place = socket_fd + static_cast<int>(at);
        if (aside[at] >= 0)
            (void)::dup2(aside[at], place);
        else
            (void)::close(place);
    }
    (void)::close_range(last_fd + 1, ~0U, 0);
    std::vector<char*> words;
    for (const auto& argument : call.arguments)
        words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    std::array<char*, 2> environment = {const_cast<char*>("LC_ALL=C.UTF-8"), nullptr};
    ::execve(call.program.c_str(), words.data(), environment.data());
    os::send_error(socket_fd, Error::os(errno, "execute", call.program));
    ::_exit(127);
}

}  // namespace

Result<Process> Process::start(const Call& call) {
    auto ends = TRY(os::make_packet_ends());
    constexpr std::uint64_t own =
        CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
    auto cloned = TRY(os::clone_process({.flags = own}));
    if (cloned.pid == 0) become(call, ends.other.get());
    return Process(cloned.pid, std::move(cloned.pidfd), std::move(ends.one));
}

Process::Process(Process&& from) noexcept
    : pid_(std::exchange(from.pid_, 0)),
      pidfd_(std::move(from.pidfd_)),
      socket_(std::move(from.socket_)) {}

Process::~Process() {
    if (pid_ == 0) return;
    (void)os::signal(pidfd_.get(), SIGKILL);  // dead already is fine
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

Error Process::ended() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    const auto how = WIFSIGNALED(status) ? cat("was ended by SIG", ::sigabbrev_np(WTERMSIG(status)))
                                         : cat("ended with status ", WEXITSTATUS(status));
    return {Kind::other, cat("the program that unpacks ", how)};
}

Result<os::Packet> Process::listen() {
    constexpr int look_again = 200;  // ms: a signal may come just before poll
    for (;;) {
        TRY(os::heed_interrupt());
        pollfd watched = {socket_.get(), POLLIN, 0};
        const int woken = ::poll(&watched, 1, look_again);
        if (woken < 0 && errno != EINTR) return Error::os(errno, "poll", "unpack");
        if (woken > 0) break;
    }
    auto packet = TRY(os::receive_packet(socket_.get()));
    if (!packet) return ended();
    if (packet->error) return *packet->error;
    return *std::move(packet);
}

}  // namespace unpack
