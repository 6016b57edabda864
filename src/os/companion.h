// A program of ours (libexec/corral) that does one thing for us in a process of its own: started with nothing but the
// descriptors it is given, spoken to in packets, and killed and reaped with this object.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "os/packet.h"

namespace os {

struct Companion {
    std::string program = {};                 // its path
    std::vector<std::string> arguments = {};  // without its name
    /// What it finds at 4, 5, 6, ...; -1 leaves a place empty. 3 is the socket, 0 to 2 are /dev/null.
    std::vector<int> descriptors = {};
    std::uint64_t namespaces = 0;  // CLONE_NEW...: of its own
};

class CompanionProcess {
  public:
    static Result<CompanionProcess> start(const Companion& wanted);
    CompanionProcess(CompanionProcess&& from) noexcept;
    CompanionProcess& operator=(CompanionProcess&&) = delete;
    ~CompanionProcess();

    /// The next packet. Kind::interrupted when the administrator has enough; Kind::other when it ended without a word;
    /// what it reports as its failure is the error.
    Result<Packet> listen();
    int socket() const { return socket_.get(); }

  private:
    CompanionProcess(pid_t pid, std::string program, UniqueFd pidfd, UniqueFd socket)
        : pid_(pid),
          program_(std::move(program)),
          pidfd_(std::move(pidfd)),
          socket_(std::move(socket)) {}
    Error ended();

    pid_t pid_ = 0;
    std::string program_ = {};
    UniqueFd pidfd_;
    UniqueFd socket_;
};

}  // namespace os
