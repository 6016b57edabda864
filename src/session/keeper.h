// The keeper seen from outside: becoming it, and talking to it. session/protocol.h is the contract.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "os/dir.h"
#include "os/process.h"
#include "session/protocol.h"

namespace session {

/// Makes the socket `control` in /run/wpars/NAME, listening, for root alone. A dead keeper's socket
/// is replaced.
Result<UniqueFd> listen_control(const os::Dir& run);

struct KeeperPlan {
    std::string program = "/usr/libexec/corral/keeper";
    std::string corral = "/usr/sbin/corral";  // what it runs when init ends
    std::string name = {};
    int run_fd = -1;      // /run/wpars/NAME
    int lock_fd = -1;     // its file `keeper`, both bytes locked
    int socket_fd = -1;   // from listen_control
    int console_fd = -1;  // master of the console's pty, or none
    int pidfd = -1;       // init's, or none
    int oom_fd = -1;      // session/oom_watch.h, or none
    int oom_event_fd = -1;
    os::ProcessId init = {};  // pid 0: nothing runs yet
    bool adopt = false;       // init is not a child of this process
};
std::vector<std::string> keeper_arguments(const KeeperPlan& plan);
/// Replaces this process by the keeper; every other descriptor should be close-on-exec. Comes back
/// only to say why not.
Error become_keeper(const KeeperPlan& plan);

struct KeeperState {
    std::uint32_t version = 0;
    pid_t keeper = 0;
    os::ProcessId init = {};
    bool has_init = false;
    bool adopted = false;
    bool stops = false;
    protocol::End end = protocol::End::none;
    std::optional<int> wait_status = {};  // as waitpid gives it, when the kernel could tell
    UniqueFd pidfd = UniqueFd();          // init's, after describe()
};

/// One connection. Kind::missing from connect(): no keeper listens.
class KeeperLink {
  public:
    static Result<KeeperLink> connect(const os::Dir& run);
    Result<KeeperState> ping() { return ask(protocol::Verb::ping); }
    /// With init's pidfd; Kind::missing when init has ended.
    Result<KeeperState> describe() { return ask(protocol::Verb::describe); }
    /// "I clean up when init ends", as long as this object lives; Kind::busy when another stop said
    /// so.
    Result<KeeperState> stopping() { return ask(protocol::Verb::stopping); }
    /// After stopping(): how init ended, or nothing when the patience ended first. Kind::missing:
    /// the keeper is gone.
    Result<std::optional<KeeperState>> wait_end(std::chrono::milliseconds patience);
    /// After stopping() and init's end: the keeper exits; returns when it has.
    Result<void> finished();
    /// From now on fd() delivers raw console output, a packet a read; end of file when the keeper
    /// ends.
    Result<void> console() { return drop_answer(protocol::Verb::console); }
    /// Kills for want of memory are told from now on by these (session/oom_watch.h); `event` may be -1.
    Result<void> watch_memory(int counter, int event);
    int fd() const { return fd_.get(); }

  private:
    explicit KeeperLink(UniqueFd fd) : fd_(std::move(fd)) {}
    Result<void> send(protocol::Verb verb);
    Result<KeeperState> ask(protocol::Verb verb);
    Result<KeeperState> answer_to(protocol::Verb verb);
    Result<void> drop_answer(protocol::Verb verb);
    Result<void> wait_closed();
    friend Result<KeeperState> upgrade_keeper(const os::Dir& run);
    UniqueFd fd_;
};

/// The keeper becomes the program that is now at its path; the state it reports afterwards.
Result<KeeperState> upgrade_keeper(const os::Dir& run);

}  // namespace session
