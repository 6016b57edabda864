// What must not stay as it is when its command is killed: a process of ours sees to that.
#pragma once
#include <sys/types.h>

#include <functional>

#include "base/fd.h"
#include "base/result.h"

namespace os {

/// A child that runs `act` when this object, or this process, ends in whatever way. It holds nothing of ours but one
/// descriptor, which `act` is given: no lock, no mount, no terminal. Only from a process with one thread.
class Guard {
  public:
    struct Call {
        std::function<void(int)> act = {};
        int kept = -1;
    };
    static Result<Guard> set(const Call& call);
    Guard(Guard&& from) noexcept;
    Guard& operator=(Guard&&) = delete;
    /// Waits until it has acted.
    ~Guard();

  private:
    Guard(UniqueFd alive, pid_t pid) : alive_(std::move(alive)), pid_(pid) {}
    UniqueFd alive_;  // the child acts when this closes
    pid_t pid_ = 0;
};

}  // namespace os
