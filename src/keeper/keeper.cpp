#include "keeper/keeper.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "keeper/process.h"
#include "os/clock.h"

namespace keeper {
namespace {

using session::protocol::Answer;
using session::protocol::console_packet;
using session::protocol::End;
using session::protocol::Verb;

void unlock(int fd, off_t byte) {
    struct flock lock = {};
    lock.l_type = F_UNLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = byte;
    lock.l_len = 1;
    (void)::fcntl(fd, F_OFD_SETLK, &lock);
}

const char* word(End end) {
    if (end == End::reboot) return "reboot";
    return end == End::halt ? "halt" : "died";
}

}  // namespace

int Keeper::run() {
    signal_fd_ = open_signals();
    if (signal_fd_ < 0) return 1;
    console_.open(options_.console_fd, options_.run_fd);
    journal_.open(options_.name);
    init_.hold(options_.pidfd, options_.init_pid, options_.init_start, options_.adopt);
    oom_.hold(options_.oom_fd, options_.oom_event_fd);
    if (init_.has_ended()) init_ended();  // an adopted one that nobody can ask about any more
    while (!done_) serve_once();
    return 0;
}

void Keeper::serve_once() {
    const auto now = os::milliseconds_now();
    const bool looks = oom_reporter_ < 0;
    pollfd watched[5 + clients_most] = {{signal_fd_, POLLIN, 0},
                                        {options_.socket_fd, POLLIN, 0},
                                        {init_.pidfd(), POLLIN, 0},
                                        {console_.watched(now), POLLIN, 0},
                                        looks ? oom_.watched(now) : pollfd{-1, 0, 0}};
    constexpr int fixed = 5;
    int count = fixed;
    for (const auto& client : clients_) watched[count++] = {client.fd, POLLIN, 0};
    const int patience = session::sooner(console_.patience(now), looks ? oom_.patience(now) : -1);
    if (::poll(watched, static_cast<nfds_t>(count), patience) < 0) return;
    if (watched[0].revents != 0) take_signals();
    if (watched[3].revents != 0) take_console();
    take_oom(watched[4].revents);
    for (int at = fixed; at < count; ++at)
        if (watched[at].revents != 0) take_request(clients_.begin()[at - fixed]);
    if (watched[2].revents != 0) init_ended();
    if (watched[1].revents != 0)
        clients_.accept(options_.socket_fd);  // last: places are stable above
}

void Keeper::take_signals() {
    signalfd_siginfo got = {};
    while (::read(signal_fd_, &got, sizeof got) == sizeof got) {
        const bool asks =
            got.ssi_signo == SIGTERM || got.ssi_signo == session::protocol::stop_signal;
        if (asks && stop_ < 0) stop_ = run_stop(options_);
        if (got.ssi_signo == SIGCHLD && stop_ > 0 && ::waitpid(stop_, nullptr, WNOHANG) == stop_)
            stop_ = -1;
        if (got.ssi_signo == SIGCHLD && oom_reporter_ > 0 &&
            ::waitpid(oom_reporter_, nullptr, WNOHANG) == oom_reporter_)
            oom_reporter_ = -1;
        // begun by the program that we were before an upgrade
        const auto ended = static_cast<pid_t>(got.ssi_pid);
        if (got.ssi_signo == SIGCHLD && ended > 0 && ended != init_.pid())
            (void)::waitpid(ended, nullptr, WNOHANG);
    }
}

void Keeper::take_oom(short events) {
    if (oom_reporter_ > 0) return;
    if (oom_.rose(os::milliseconds_now(), events)) oom_reporter_ = run_oom(options_);
}

void Keeper::take_console() {
    char block[console_packet];
    const auto count = console_.take(block);
    if (count > 0) pass_on_console(block, count);
}

void Keeper::pass_on_console(const char* block, std::size_t count) {
    console_.keep(block, count);
    journal_.take(block, count, os::milliseconds_now());
    clients_.pass_on(block, count);
}

void Keeper::init_ended() {
    if (init_.runs()) init_.collect();
    char block[console_packet];
    for (int left = 16; left > 0; --left) {  // its last words, but no flood of a survivor's
        const auto count = console_.take(block);
        if (count == 0) break;
        pass_on_console(block, count);
    }
    unlock(options_.lock_fd, session::protocol::init_byte);
    auto* stopper = clients_.stopper();
    if (stopper && send_answer(stopper->fd, state(session::protocol::Kind::ended, 0), -1)) return;
    become_after_end(options_, word(init_.ending().end));
    ::_exit(127);  // the next command finds what is left and cleans up
}

void Keeper::take_request(Client& client) {
    if (client.fd < 0) return;  // dropped while this round was served
    auto got = receive(client.fd);
    if (got.size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    const bool whole =
        got.size == sizeof got.request && got.request.version == session::protocol::version;
    if (whole && got.request.verb == Verb::memory && got.fds[0] >= 0) {
        // its memory is accounted only from now on: a limit was set while it runs
        oom_.hold(got.fds[0], got.fds[1]);
        return answer(client, 0);
    }
    got.close_fds();
    if (got.size <= 0) return leave(client);
    if (!whole) return answer(client, EPROTO);
    answer_request(client, got.request.verb);
}

void Keeper::answer_request(Client& client, Verb verb) {
    switch (verb) {
        case Verb::ping:
            return answer(client, 0);
        case Verb::describe:
            return answer(client, init_.runs() ? 0 : ESRCH, init_.pidfd());
        case Verb::stopping:
            return answer(client, bind_stopper(client));
        case Verb::finished:
            return finish(client);
        case Verb::console:
            return watch(client);
        case Verb::upgrade:
            return answer(client, upgrade());
        case Verb::memory:
            return answer(client, EBADF);
    }
    answer(client, EOPNOTSUPP);
}

int Keeper::bind_stopper(Client& client) {
    const auto* present = clients_.stopper();
    if (present && present != &client) return EBUSY;
    client.role = Role::stopper;
    return 0;
}

void Keeper::finish(Client& client) {
    if (client.role != Role::stopper) return answer(client, EPERM);
    if (init_.runs()) return answer(client, EBUSY);
    answer(client, 0);
    done_ = true;
}

void Keeper::watch(Client& client) {
    if (client.role == Role::stopper) return answer(client, EBUSY);
    client.role = Role::watcher;
    answer(client, 0);
    char block[console_packet];
    off_t offset = 0;
    while (const auto count = console_.kept(block, offset)) {
        offset += static_cast<off_t>(count);
        if (client.fd >= 0 && !send_bytes(client.fd, block, count)) clients_.drop(client);
        if (client.fd < 0) return;
    }
}

int Keeper::upgrade() {
    if (clients_.stopper() || stop_ > 0 || init_.has_ended()) return EBUSY;
    Options again = options_;
    again.pidfd = init_.pidfd();
    again.oom_fd = oom_.counter();
    again.oom_event_fd = oom_.event();
    return become_upgraded(again);
}

// A stop operation that leaves without `finished` was killed: what it began has to be ended for it.
void Keeper::leave(Client& client) {
    const bool was_stopper = client.role == Role::stopper;
    clients_.drop(client);
    if (was_stopper && init_.has_ended()) init_ended();
}

void Keeper::answer(Client& client, int error, int fd) {
    if (!send_answer(client.fd, state(session::protocol::Kind::answer, error), fd)) leave(client);
}

Answer Keeper::state(session::protocol::Kind kind, int error) {
    using namespace session::protocol;
    Answer now = {};
    now.kind = kind;
    now.error = error;
    now.flags = (init_.runs() ? has_init : 0U) | (init_.adopted() ? adopted : 0U) |
                (clients_.stopper() ? stops : 0U);
    now.keeper_pid = ::getpid();
    now.init_pid = init_.pid();
    now.init_start = init_.start();
    now.end = init_.ending().end;
    now.wait_status = init_.ending().wait_status;
    return now;
}

}  // namespace keeper
