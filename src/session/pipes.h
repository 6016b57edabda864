// Standard streams of an application that can be checkpointed: pipes, whose outer ends are ours. What a pipe leads to is no
// part of what is stored, so another terminal, file or pipe can be there when it goes on. The caller's bytes are relayed.
#pragma once
#include <poll.h>
#include <sys/types.h>

#include <array>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "session/relay.h"

namespace session {

class Pipes {
  public:
    /// For the caller's streams. /dev/null needs none, nor does a file to read from: both are opened again inside, and the
    /// file's position is stored.
    static Result<Pipes> plan();
    /// For those of 0, 1 and 2 alone.
    static Result<Pipes> make(const std::vector<int>& places);

    /// Ends for the application, -1 where there is none; standard error may share the one of standard output.
    std::array<int, 3> inside() const;
    /// When the application has them.
    void close_inside();
    /// What was on its way to the application, or from it, when it was stored. Before it runs, and once for each; nobody is
    /// waited for.
    Result<void> put_back(int place, std::string_view content);

    /// Whether a reader has not taken all of that yet: nobody but us has it, and no image of the application.
    bool holds_output() const;

    /// What to poll, in the order that move() expects.
    std::vector<pollfd> watched() const;
    void move(const pollfd* watched);
    /// Nothing is read from a terminal as long as another job has it.
    bool waits_for_terminal() const;
    /// After the application's end: all that it has said.
    void drain();
    bool empty() const { return pipes_.empty(); }

  private:
    struct Pipe {
        int place = 0;
        UniqueFd inside = UniqueFd();
        UniqueFd outside = UniqueFd();
        Flow flow;
    };
    Result<void> add(int place);
    std::vector<Pipe> pipes_ = {};
    bool errors_with_output_ = false;
};

}  // namespace session
