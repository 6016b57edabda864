// Talking to CRIU: one `criu swrk` per request, in packets whose contents rpc.proto of package criu defines. What it
// tells on the way (its "action scripts") is answered by a function of ours, and a tree of processes that it builds again
// becomes ours: our child, as if we had started it.
//
// It is in a session of its own. When we are killed in the middle of a dump it outlives us on purpose: it notices at the next
// question, lets everything go on and cleans up; killed itself, it would leave its code in the processes. What it was
// building again dies with us and with it.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "os/guard.h"

namespace checkpoint {

/// A descriptor that takes the place of one whose other end was outside: "pipe:[4711]".
struct Inherited {
    std::string key = {};
    int fd = -1;  // ours
};

struct Request {
    /// A pre-dump stores memory alone, and lets the kernel note which pages are written from then on. It asks nothing
    /// on the way.
    enum class Kind : std::uint8_t { dump, pre_dump, restore };
    Kind kind = Kind::dump;
    int images = -1;                         // directory of the images
    int work = -1;                           // directory of the log
    std::string log = {};                    // its name there
    unsigned log_level = 2;                  // as criu -v
    pid_t process = 0;                       // dump: the first process, by our number
    std::string root = {};                   // restore: mount point of the new root
    std::vector<std::string> external = {};  // dump: "mnt[/usr]:key", restore: "mnt[key]:/path"
    /// Where to look for what a watch (inotify) is on that no handle leads to.
    std::vector<std::string> scan_paths = {};
    std::vector<Inherited> inherited = {};  // restore; the same that start() was given
    std::uint32_t ghost_bytes = 0;  // files without a name up to this size go into the images
    bool own_network = true;        // made by our answer to "setup-namespaces"; else the global one
    bool connections = true;        // TCP connections are kept; else they are closed at restore
    /// Images of a pre-dump, relative to `images`: what was not written since is not stored again.
    std::string parent = {};
};

struct Notice {
    std::string what = {};  // "setup-namespaces", "post-dump", ... criu(8), --action-script
    pid_t process = 0;      // the first process, where there is one
};
/// An error ends the operation; CRIU takes back what it did.
using Answer = std::function<Result<void>(const Notice&)>;

struct Done {
    pid_t process = 0;              // restore: the first process, our child
    UniqueFd console = UniqueFd();  // restore: master of a terminal whose other end was held
};

/// The program, ready for one request. It sees the mount namespace that the caller is in when it starts.
class Worker {
  public:
    /// Kind::unsupported when CRIU is not installed.
    static Result<Worker> start(Request::Kind kind, const std::vector<Inherited>& inherited = {});
    Worker(Worker&& from) noexcept;
    Worker& operator=(Worker&&) = delete;
    ~Worker();
    /// What CRIU says of a failure is in the error: the last errors of its log.
    Result<Done> ask(const Request& request, const Answer& answer);
    pid_t pid() const { return pid_; }

  private:
    Worker(pid_t pid, UniqueFd pidfd, UniqueFd socket)
        : pid_(pid), pidfd_(std::move(pidfd)), socket_(std::move(socket)) {}
    pid_t pid_ = 0;
    UniqueFd pidfd_;
    UniqueFd socket_;
    std::optional<os::Guard> guard_ = {};  // ends all of it with us
};

}  // namespace checkpoint
