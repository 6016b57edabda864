#include "session/relay.h"

#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "os/child.h"
#include "session/terminal.h"

namespace session {
namespace {

constexpr int hang_up_patience = 500;  // milliseconds
constexpr int taken[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGWINCH, SIGCONT};

// nohup, and a shell that starts us in the background, ignore some on purpose: those are not passed
// on either.
bool is_ignored(int number) {
    struct sigaction present = {};
    if (number != SIGHUP && number != SIGINT && number != SIGQUIT) return false;
    return ::sigaction(number, nullptr, &present) == 0 && present.sa_handler == SIG_IGN;
}

sigset_t taken_set() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : taken)
        if (!is_ignored(number)) sigaddset(&set, number);
    return set;
}

// Pieces keep moving what is already there: a write to a terminal that is held back blocks, and one to a pipe if it is more
// than what poll(2) promises room for.
std::size_t most_at_once(int to) {
    struct stat found = {};
    return ::fstat(to, &found) == 0 && S_ISFIFO(found.st_mode) ? PIPE_BUF : 16384;
}

// Or it says why it does not.
bool takes_more(int to) {
    pollfd room = {to, POLLOUT, 0};
    return ::poll(&room, 1, 0) > 0;
}

// All that a conversation needs while it runs.
class Talk {
  public:
    explicit Talk(const Conversation& with) : with_(with) {
        auto& streams = *with.streams;
        if (streams.has_terminal()) {
            raw_.emplace(0);
            flows_.emplace_back(0, with.master->get());
            flows_.emplace_back(with.master->get(), 1);
        }
        if (streams.outside[0]) flows_.emplace_back(0, streams.outside[0].get());
        if (streams.outside[1]) flows_.emplace_back(streams.outside[1].get(), 1);
        if (streams.outside[2]) flows_.emplace_back(streams.outside[2].get(), 2);
    }
    Result<int> run() {
        while (!ended_ && !aborted_by_) TRY(turn());
        if (aborted_by_) return abort_session();
        for (auto& flow : flows_)
            if (flow.from() > 2) flow.drain();
        return os::exit_status(os::reap(with_.pid));
    }

  private:
    Result<void> turn();
    void move(Flow& flow);
    void take_signals();
    int abort_session();

    const Conversation& with_;
    std::optional<RawMode> raw_ = {};
    std::vector<Flow> flows_ = {};
    bool ended_ = false;
    int aborted_by_ = 0;
};

Result<void> Talk::turn() {
    std::vector<pollfd> watched = {{with_.signals->fd(), POLLIN, 0}, {with_.pidfd, POLLIN, 0}};
    for (const auto& flow : flows_) {
        if (flow.wants_input())
            watched.push_back({flow.from(), POLLIN, 0});
        else
            watched.push_back({flow.wants_output() ? flow.to() : -1, POLLOUT, 0});
    }
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR)
        return Error::os(errno, "poll", "session");
    if (watched[0].revents != 0) take_signals();
    for (std::size_t at = 0; at < flows_.size(); ++at)
        if (watched[at + 2].revents != 0) move(flows_[at]);
    ended_ = watched[1].revents != 0;
    return {};
}

void Talk::move(Flow& flow) {
    if (flow.wants_input()) flow.fill();
    flow.empty();
    if (!flow.done()) return;
    auto& streams = *with_.streams;
    if (streams.has_terminal() && flow.from() == 0)
        aborted_by_ = SIGHUP;  // the caller's terminal is gone
    // End of file for the reader inside, or a broken pipe for the writer.
    for (auto& end : streams.outside)
        if (end && (end.get() == flow.from() || end.get() == flow.to())) end = UniqueFd();
}

void Talk::take_signals() {
    while (const int number = with_.signals->next()) {
        if (number == SIGPIPE) continue;  // the write itself has said so
        if (number == SIGCONT && raw_) raw_->apply();
        if (number == SIGWINCH || number == SIGCONT) {
            if (raw_) copy_size(0, with_.master->get());
        } else if (raw_) {
            aborted_by_ = number;  // from outside: keys reach the pty as bytes
        } else {
            if (::kill(-with_.pid, number) != 0) (void)::kill(with_.pid, number);  // no group yet
        }
    }
}

// Closing the master hangs the terminal inside up: its processes get SIGHUP from the kernel. One
// that stays in spite of it goes on without us.
int Talk::abort_session() {
    *with_.master = UniqueFd();
    raw_.reset();
    pollfd watched = {with_.pidfd, POLLIN, 0};
    if (::poll(&watched, 1, hang_up_patience) > 0) (void)os::reap(with_.pid);
    return 128 + aborted_by_;
}

}  // namespace

Result<Signals> Signals::take() {
    Signals signals;
    const auto set = taken_set();
    ::sigprocmask(SIG_BLOCK, &set, &signals.before_);
    signals.fd_ = UniqueFd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!signals.fd_) {
        ::sigprocmask(SIG_SETMASK, &signals.before_, nullptr);
        return Error::os(errno, "signalfd", "");
    }
    return signals;
}

Signals::~Signals() {
    if (!fd_) return;
    while (next() != 0) {
    }
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

int Signals::next() const {
    signalfd_siginfo got = {};
    const auto size = ::read(fd_.get(), &got, sizeof got);
    return size == sizeof got ? static_cast<int>(got.ssi_signo) : 0;
}

void Signals::reset() {
    for (int number = 1; number < NSIG; ++number)
        if (!is_ignored(number)) ::signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

Flow::Flow(int from, int to, std::size_t room)
    : from_(from), to_(to), piece_(most_at_once(to)), held_(room) {}

void Flow::hold(std::string_view first) {
    if (held_.size() < first.size()) held_.resize(first.size());
    std::copy(first.begin(), first.end(), held_.begin());
    begin_ = 0;
    end_ = first.size();
    first_ = true;
}

void Flow::fill() {
    first_ = false;
    const auto got = ::read(from_, held_.data(), held_.size());
    nothing_now_ = got < 0 && errno == EAGAIN;
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    begin_ = 0;
    end_ = got > 0 ? static_cast<std::size_t>(got) : 0;
    if (got <= 0) done_ = true;  // EIO: the other end of a terminal is closed
}

void Flow::empty() {
    while (wants_output() && takes_more(to_)) {
        const auto put = ::write(to_, held_.data() + begin_, std::min(end_ - begin_, piece_));
        if (put < 0) {
            done_ = errno != EAGAIN && errno != EINTR;
            return;
        }
        begin_ += static_cast<std::size_t>(put);
    }
}

void Flow::drain() {
    while (!done_) {
        if (wants_output()) {
            pollfd room = {to_, POLLOUT, 0};
            (void)::poll(&room, 1, -1);
            empty();
            continue;
        }
        fill();
        if (nothing_now_) return;
    }
}

Result<int> converse(const Conversation& talk) { return Talk(talk).run(); }

}  // namespace session
