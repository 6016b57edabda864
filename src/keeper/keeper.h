// The keeper: holds one active WPAR. One loop over init's pidfd, the console, the control socket
// and two signals.
#pragma once
#include "keeper/clients.h"
#include "keeper/console.h"
#include "keeper/init.h"
#include "keeper/journal.h"
#include "keeper/options.h"
#include "session/oom_watch.h"

namespace keeper {

class Keeper {
  public:
    explicit Keeper(Options& options) : options_(options) {}
    /// Runs until the WPAR is gone; the exit status.
    int run();

  private:
    void serve_once();
    void take_signals();
    void take_console();
    void take_oom(short events);
    void pass_on_console(const char* block, std::size_t count);
    void init_ended();
    void take_request(Client& client);
    void answer_request(Client& client, session::protocol::Verb verb);
    int bind_stopper(Client& client);
    void finish(Client& client);
    void watch(Client& client);
    int upgrade();
    void leave(Client& client);
    void answer(Client& client, int error, int fd = -1);
    session::protocol::Answer state(session::protocol::Kind kind, int error);

    Options& options_;
    Init init_ = {};
    Console console_ = {};
    Journal journal_ = {};
    Clients clients_ = {};
    int signal_fd_ = -1;
    pid_t stop_ = -1;  // the `corral --stop` that a signal started
    session::OomWatch oom_ = {};
    pid_t oom_reporter_ = -1;  // the `corral --oom` that runs; until it ends nothing is watched
    bool done_ = false;
};

}  // namespace keeper
