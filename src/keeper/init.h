// The first process of the WPAR, as the keeper holds it.
#pragma once
#include <sys/types.h>

#include <cstdint>

#include "session/protocol.h"

namespace keeper {

struct Ending {
    session::protocol::End end = session::protocol::End::none;
    int wait_status = -1;
};

class Init {
  public:
    /// Opens the pidfd when none was handed over; a process that is gone already counts as ended.
    void hold(int pidfd, pid_t pid, std::uint64_t start, bool adopted);
    int pidfd() const { return pidfd_; }
    pid_t pid() const { return pid_; }
    std::uint64_t start() const { return start_; }
    bool adopted() const { return adopted_; }
    bool runs() const { return pidfd_ >= 0; }
    /// True when there was one and it has ended.
    bool has_ended() const { return ending_.end != session::protocol::End::none; }
    const Ending& ending() const { return ending_; }
    /// After poll() saw it end: reaps it, or asks the kernel how it ended.
    void collect();

  private:
    bool status_of_child();  // false: it is not our child
    int pidfd_ = -1;
    pid_t pid_ = 0;
    std::uint64_t start_ = 0;
    bool adopted_ = false;
    Ending ending_ = {};
};

/// What a child's end means: the kernel kills it with SIGHUP or SIGINT when somebody inside calls
/// reboot(2).
session::protocol::End meaning(int wait_status);

}  // namespace keeper
