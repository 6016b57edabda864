// The unpacking program as a child of ours: killed and reaped with this object, and nothing of it is left then.
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "os/packet.h"

namespace unpack {

struct Call {
    std::string program = {};
    std::vector<std::string> arguments = {};

    int target = -1;
    int users = -1;
    int image = -1;  // -1: none
};

class Process {
  public:
    static Result<Process> start(const Call& call);
    Process(Process&& from) noexcept;
    Process& operator=(Process&&) = delete;
    ~Process();

    /// The next packet. Kind::interrupted when the administrator has enough; Kind::other when it ended without a word.
    Result<os::Packet> listen();
    int socket() const { return socket_.get(); }

  private:
    Process(pid_t pid, UniqueFd pidfd, UniqueFd socket)
        : pid_(pid), pidfd_(std::move(pidfd)), socket_(std::move(socket)) {}
    Error ended();

    pid_t pid_ = 0;
    UniqueFd pidfd_;
    UniqueFd socket_;
};

}  // namespace unpack
