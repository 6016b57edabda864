#include "checkpoint/criu.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "checkpoint/criu_probe.h"
#include "checkpoint/log.h"
#include "checkpoint/messages.h"
#include "os/child.h"
#include "os/packet.h"
#include "os/process.h"

namespace checkpoint {
namespace {

constexpr std::size_t packet_limit = 1 << 16;

struct Passed {
    int socket = -1;
    const std::vector<Inherited>& inherited;
};

// A Ctrl-C at our terminal is ours to heed, and our end is not its own.
[[noreturn]] void become(const std::string& path, Request::Kind kind, const Passed& passed) {
    if (kind == Request::Kind::restore) (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)::setsid();
    ::umask(022);
    os::forget_signals();
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int place = 0; place < 3; ++place) (void)::dup2(null, place);
    for (const auto& one : passed.inherited) (void)::fcntl(one.fd, F_SETFD, 0);
    constexpr int kept = 3;
    if (passed.socket == kept)
        (void)::fcntl(passed.socket, F_SETFD, 0);
    else
        (void)::dup2(passed.socket, kept);
    char mode[] = "swrk";
    char number[] = "3";
    char* arguments[] = {const_cast<char*>(path.c_str()), mode, number, nullptr};
    char search[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    char locale[] = "LC_ALL=C";
    char* environment[] = {search, locale, nullptr};
    ::execve(path.c_str(), arguments, environment);
    ::_exit(127);
}

Result<void> send(int socket, const std::string& bytes) {
    if (::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
        static_cast<ssize_t>(bytes.size()))
        return {};
    return Error::os(errno, "send", "CRIU");
}

struct Received {
    std::string bytes = {};
    UniqueFd attached = UniqueFd();
};

Result<Received> receive(int socket) {
    Received received;
    received.bytes.resize(packet_limit);
    iovec place = {received.bytes.data(), received.bytes.size()};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message = {};
    message.msg_iov = &place;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    ssize_t count = 0;
    do count = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (count < 0 && errno == EINTR);
    if (count < 0) return Error::os(errno, "receive", "CRIU");
    received.bytes.resize(static_cast<std::size_t>(count));
    received.attached = os::carried_by(message);
    return received;
}

Error killed_at_work() { return {Kind::busy, "CRIU was killed while it worked; try again"}; }

// It has closed its end, and is about to be one of the dead.
bool was_killed(int pidfd) {
    siginfo_t how = {};
    pollfd ended = {pidfd, POLLIN, 0};
    constexpr int patience = 1000;  // ms: it may have closed its end a moment before its end
    if (::poll(&ended, 1, patience) <= 0) return false;
    return ::waitid(P_PIDFD, static_cast<id_t>(pidfd), &how, WEXITED | WNOWAIT) == 0 &&
           how.si_code != CLD_EXITED;
}

// Helpers of a CRIU that was killed hold the other end: its own end is watched, too.
Result<void> await_word(int socket, int pidfd) {
    for (;;) {
        pollfd watched[] = {{socket, POLLIN, 0}, {pidfd, POLLIN, 0}};
        const int woken = ::poll(watched, 2, -1);
        if (woken < 0 && errno == EINTR) continue;
        if (woken < 0) return Error::os(errno, "poll", "CRIU");
        if ((watched[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0) return {};
        return killed_at_work();
    }
}

Error refused(const Request& request, const std::string& message) {
    const auto told = errors_of_log(request.work, request.log);
    const auto* const what = request.kind == Request::Kind::restore
                                 ? "CRIU could not build the processes again"
                                 : "CRIU could not store the processes";
    if (!told.empty()) return {Kind::other, cat(what, ": ", told)};
    return {Kind::other, cat(what, message.empty() ? "" : ": ", printable(message))};
}

}  // namespace

Result<Worker> Worker::start(Request::Kind kind, const std::vector<Inherited>& inherited) {
    const auto path = TRY(criu_program());
    auto ends = TRY(os::make_packet_ends());
    const auto child = ::fork();
    if (child < 0) return Error::os(errno, "fork", path);
    if (child == 0) become(path, kind, {ends.other.get(), inherited});
    Worker worker(child, TRY(os::pidfd(child)), std::move(ends.one));
    // its helpers are in its process group, and would not notice its end
    if (kind == Request::Kind::restore)
        worker.guard_.emplace(
            TRY(os::Guard::set({.act = [child](int) { (void)::kill(-child, SIGKILL); }})));
    return worker;
}

Worker::Worker(Worker&& from) noexcept
    : pid_(std::exchange(from.pid_, 0)),
      pidfd_(std::move(from.pidfd_)),
      socket_(std::move(from.socket_)),
      guard_(std::exchange(from.guard_, std::nullopt)) {}

Worker::~Worker() {
    socket_ = UniqueFd();  // it ends with the conversation
    guard_.reset();        // as long as it is not buried, its number is nobody else's
    if (pid_ != 0) (void)os::reap(pid_);
}

Result<Done> Worker::ask(const Request& request, const Answer& answer) {
    TRY(send(socket_.get(), pack(request)));
    Done done;
    Result<void> ours = {};  // an error of our own says more than CRIU's that follows from it
    for (;;) {
        TRY(await_word(socket_.get(), pidfd_.get()));
        auto received = TRY(receive(socket_.get()));
        if (received.attached) done.console = std::move(received.attached);
        if (received.bytes.empty() && !ours) return ours.error();
        if (received.bytes.empty())
            return was_killed(pidfd_.get()) ? killed_at_work()
                                            : refused(request, "it ended without a word");
        const auto response = TRY(unpack(received.bytes));
        if (!response.notice) {
            done.process = response.process;
            if (!ours) return ours.error();
            if (!response.success) return refused(request, response.message);
            return done;
        }
        if (ours) ours = answer(*response.notice);
        TRY(send(socket_.get(), pack_answer(static_cast<bool>(ours))));
    }
}

}  // namespace checkpoint
