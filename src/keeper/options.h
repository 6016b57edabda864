// The keeper's command line (session/protocol.h) as plain values, without heap.
#pragma once
#include <sys/types.h>

#include <cstdint>

#include "session/protocol.h"

namespace keeper {

struct Options {
    char program[512] = {};  // this program's own path, for an upgrade
    char corral[512] = {};   // what to run when init ends
    char name[session::protocol::name_limit] = {};
    int run_fd = -1;
    int lock_fd = -1;
    int socket_fd = -1;
    int console_fd = -1;
    int pidfd = -1;
    int oom_fd = -1;        // session/oom_watch.h
    int oom_event_fd = -1;  // the same
    pid_t init_pid = 0;
    std::uint64_t init_start = 0;
    bool adopt = false;
};

/// Null when all is well, else what is wrong. Copies: the argument strings may be overwritten
/// afterwards.
const char* parse(int count, char* const* arguments, Options& options);

/// The same command line again, for execve; holds the text its pointers lead to.
class CommandLine {
  public:
    explicit CommandLine(const Options& options);
    char* const* arguments() { return row_; }

  private:
    void add(const char* word) { row_[count_++] = const_cast<char*>(word); }
    void add_number(const char* option, std::uint64_t number);
    static constexpr int most = 32;
    char* row_[most] = {};
    char digits_[12][24] = {};
    int count_ = 0;
    int numbers_ = 0;
};

}  // namespace keeper
