// The caller's side of a running session: bytes to and fro, signals, window size, the end.
#pragma once
#include <signal.h>
#include <sys/types.h>

#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "session/streams.h"

namespace session {

/// Signals as a descriptor while this lives; before and after, they do what they did.
class Signals {
  public:
    static Result<Signals> take();
    Signals(Signals&& from) noexcept : fd_(std::move(from.fd_)), before_(from.before_) {}
    Signals& operator=(Signals&&) = delete;
    ~Signals();
    /// The next one that waits, or 0.
    int next() const;
    int fd() const { return fd_.get(); }
    /// In the child: none is blocked, each does what it does by default; what nohup ignores stays
    /// ignored.
    static void reset();

  private:
    Signals() = default;
    UniqueFd fd_;
    sigset_t before_ = {};
};

/// One direction: reads from one descriptor and writes to another, holding what could not be
/// written yet.
class Flow {
  public:
    Flow(int from, int to, std::size_t room = 65536);
    bool done() const { return done_; }
    int from() const { return from_; }
    int to() const { return to_; }
    bool wants_input() const { return !done_ && begin_ == end_; }
    bool wants_output() const { return !done_ && begin_ != end_; }
    /// Bytes that go before all that is read, written as the others are. Before anything was read.
    void hold(std::string_view first);
    /// Whether some of those are still here.
    bool holds_first() const { return first_ && wants_output(); }
    void fill();   // reads once
    void empty();  // writes what there is room for
    /// All that is there now, without waiting for more.
    void drain();
    void stop() { done_ = true; }

  private:
    int from_;
    int to_;
    std::size_t piece_;
    std::vector<char> held_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool done_ = false;
    bool nothing_now_ = false;
    bool first_ = false;
};

struct Conversation {
    pid_t pid = -1;  // leader of its own process group, our child
    int pidfd = -1;
    Streams* streams = nullptr;
    UniqueFd* master = nullptr;  // of the terminal inside, or empty
    const Signals* signals = nullptr;
};
/// Until the child has ended, or the caller's terminal has gone: the status as the shell would show
/// it.
Result<int> converse(const Conversation& talk);

}  // namespace session
