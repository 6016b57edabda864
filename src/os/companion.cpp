#include "os/companion.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "os/child.h"
#include "os/interrupt.h"
#include "os/namespace.h"
#include "os/process.h"

namespace os {
namespace {

constexpr int socket_place = 3;
constexpr int look_again = 200;  // ms: a signal may come just before poll

// All are copied above the places first, so that none is overwritten before it was copied; the program notices what is
// missing.
void arrange(std::vector<int> descriptors, int socket) {
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    descriptors.insert(descriptors.begin(), {null, null, null, socket});
    const int above = static_cast<int>(descriptors.size());
    for (auto& fd : descriptors)
        if (fd >= 0) fd = ::fcntl(fd, F_DUPFD_CLOEXEC, above);
    for (int place = 0; place < above; ++place) {
        const int fd = descriptors[static_cast<std::size_t>(place)];
        if (fd >= 0)
            (void)::dup2(fd, place);
        else
            (void)::close(place);
    }
    (void)::close_range(static_cast<unsigned>(above), ~0U, 0);
}

[[noreturn]] void become(const Companion& wanted, int socket) {
    forget_signals();
    (void)::setpgid(0, 0);  // a Ctrl-C at the terminal is ours to heed
    (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
    arrange(wanted.descriptors, socket);
    std::vector<char*> words = {const_cast<char*>(wanted.program.c_str())};
    for (const auto& word : wanted.arguments) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    char locale[] = "LC_ALL=C.UTF-8";
    char* environment[] = {locale, nullptr};
    ::execve(wanted.program.c_str(), words.data(), environment);
    send_error(socket_place, Error::os(errno, "execute", wanted.program));
    ::_exit(127);
}

}  // namespace

Result<CompanionProcess> CompanionProcess::start(const Companion& wanted) {
    auto ends = TRY(make_packet_ends());
    auto cloned = TRY(clone_process({.flags = wanted.namespaces}));
    if (cloned.pid == 0) become(wanted, ends.other.get());
    return CompanionProcess(cloned.pid, wanted.program, std::move(cloned.pidfd),
                            std::move(ends.one));
}

CompanionProcess::CompanionProcess(CompanionProcess&& from) noexcept
    : pid_(std::exchange(from.pid_, 0)),
      program_(std::move(from.program_)),
      pidfd_(std::move(from.pidfd_)),
      socket_(std::move(from.socket_)) {}

CompanionProcess::~CompanionProcess() {
    if (pid_ == 0) return;
    (void)signal(pidfd_.get(), SIGKILL);  // dead already is fine
    (void)reap(pid_);
}

Error CompanionProcess::ended() {
    const int status = reap(std::exchange(pid_, 0));
    const auto how = WIFSIGNALED(status) ? cat("was ended by SIG", ::sigabbrev_np(WTERMSIG(status)))
                                         : cat("ended with status ", WEXITSTATUS(status));
    return {Kind::other, cat("the program '", program_, "' ", how)};
}

Result<Packet> CompanionProcess::listen() {
    for (;;) {
        TRY(heed_interrupt());
        pollfd watched = {socket_.get(), POLLIN, 0};
        const int woken = ::poll(&watched, 1, look_again);
        if (woken < 0 && errno != EINTR) return Error::os(errno, "poll", program_);
        if (woken > 0) break;
    }
    auto packet = TRY(receive_packet(socket_.get()));
    if (!packet) return ended();
    if (packet->error) return *packet->error;
    return *std::move(packet);
}

}  // namespace os
