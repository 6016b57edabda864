// All that runs between clone and execve, and the handshake around it.
//
// A system WPAR is made by two sides. The parent works with global root's rights in a private mount
// namespace that only it and the child see: it clones and idmaps the root and the file systems
// below it, mounts proc and sysfs that belong to the child's namespaces, covers kernel files, and
// pivots. Then the child, root of its own user namespace, copies that mount namespace: what crosses
// into another user namespace is locked, so nobody inside can unmount a cover, write to a read-only
// tree or see what lies below. Only then the child adds what is its own (devpts, tmpfs, cgroup2)
// and execs init. The parent goes back to its own mount namespace; the private one ends with that,
// and pins nothing.
//
//   child                              parent
//          <------------------------   mapped     id maps are written
//   joined ------------------------>   is root inside; has set host name and user.* limits
//          <------------------------   mounted    the tree is complete; pivoted
//          (mounts what is its own)    configure(): network, v1 cgroups
//   rooted (+ console) ------------>
//          <------------------------   go, then execve closes the child's end
//
// An application WPAR has no user namespace: its child makes all mounts by itself in a private copy
// of the global tree, becomes the small init (launch/tiny_init.h) and starts the command. A movable one has a tree of its
// own (launch/movable_tree.h), and its init is a program: CRIU finds all that it has open in there.
#pragma once
#include <sys/types.h>

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "os/confinement.h"
#include "os/idmap.h"

namespace launch {

/// One file system below the root. Attached in the order given, parents first; in a system WPAR
/// each is locked inside, but those that are removable.
struct Mount {
    enum class Kind : std::uint8_t {
        bind,    // the file or tree at the global path `source`, without what is mounted below it
        fresh,   // a new file system of `type`
        overlay  // the tree at `source`, and over it what is written, which goes to `store`
    };
    Kind kind = Kind::bind;
    std::string source = {};  // bind: a trusted global path. fresh: what the type calls its source
    std::string beneath =
        {};  // bind: the source lies below this trusted path, and what is between is not trusted
    std::string target = {};  // absolute, as the WPAR sees it; a missing directory is made
    std::string store = {};   // overlay: a trusted global path that holds `upper` and `work`
    std::function<Result<UniqueFd>()> store_disk =
        {};  // overlay: what is to be mounted at `store` for the overlay alone, on nothing yet
    std::string inner_store =
        {};  // with a store_disk: the name on it that holds `upper` and `work`
    bool read_only = false;
    bool idmap = true;  // bind in a system WPAR: shift ids (Kind::unsupported when that cannot be)
    std::string type = {};         // fresh: "tmpfs", "nfs", ...
    std::string options = {};      // fresh: as in fstab, "size=64m,noatime"
    std::uint64_t attributes = 0;  // MOUNT_ATTR_NOSUID ... to set; nodev always is, and nosuid of
                                   // the source is lifted
    bool removable =
        false;  // in a system WPAR: it can be taken out while it runs. Its flags are locked, but root
                // inside may unmount it, too
};

/// A device file beyond the default list (null zero full random urandom tty; a system WPAR also
/// console ptmx pts).
struct Device {
    std::string source = {};  // global path of the node: its type and number count
    std::string target = {};  // below /dev, as the WPAR sees it: "/dev/fuse"
    mode_t mode = 0666;
};

struct Plan {
    std::string name = {};  // for messages
    std::string hostname = {};
    std::string uuid = {};  // container_uuid; may be empty
    std::string root =
        {};  // system: global path of the base directory. Application: ignored, it is "/"
    bool own_network = true;  // must be true for a system WPAR
    bool own_ipc = true;      // false: xwparipc
    int cgroup_fd = -1;       // directory of the cgroup v2 it is born in; -1: the caller's
    std::vector<Mount> mounts = {};
    std::vector<Device> devices = {};
    unsigned ptys = 0;  // devpts max=, the console not counted; 0: no limit of its own
    os::Confinement confinement = {};  // own_users here decides: system or application
    /// Of its namespaces, "kernel.msgmni" = "32000": kernel.{msg*,sem,shm*}, fs.mqueue.*, net.*,
    /// user.*
    std::vector<std::pair<std::string, std::string>> sysctls = {};
    std::vector<std::string> command =
        {};  // the first is an absolute path; system, empty: /sbin/init
    std::vector<std::string> environment =
        {};  // "NAME=value". System: added to container=, PATH, TERM. Application: all
    std::string directory = {};  // application: working directory; empty: the caller's
    /// It is to be checkpointed. System: services of systemd are told to do without what its filter denies.
    /// Application: its session is its own, not that of the caller's terminal.
    bool movable = false;
    /// A movable application's: its small init, a program, since nothing of ours may be in a checkpoint.
    std::string first_process = {};
    /// Below them nothing that is mounted in the global environment is seen in a movable application's tree.
    std::vector<std::string> left_out = {};
    /// Application: what takes the place of descriptors 0, 1 and 2. -1: the caller's, which a movable one opens again by
    /// its name inside (a file, /dev/null).
    std::array<int, 3> streams = {-1, -1, -1};
    bool console =
        true;  // system: a pty of its own devpts as /dev/console; else stdio is its /dev/null

    bool system() const { return confinement.own_users; }
};

struct Hooks {
    /// Called once the process exists in its namespaces and cgroup, before anything of the WPAR's
    /// runs: move the network in, join v1 groups. `network` is its network namespace, -1 when that
    /// is the global one. The caller's own mount namespace is the current one. An error ends the
    /// start; the process is killed and reaped.
    std::function<Result<void>(pid_t process, int network)> configure = {};
    /// Called when all is ready and only execve is missing: record it as active.
    std::function<Result<void>(pid_t process)> ready = {};
};

struct Started {
    UniqueFd pidfd = UniqueFd();
    pid_t pid = 0;
    UniqueFd console_master = UniqueFd();  // CLOEXEC; system WPAR with a console
};

/// Makes the WPAR's first process, a child of the caller, who must have one thread and be root of
/// the initial user namespace. Returns when init runs (system) or the command does (application);
/// after an error nothing is left: no process, no mount. The exit status of an application WPAR's
/// process is the command's, 128 + n for signal n, and it ends when all of its processes have. It
/// dies with its parent; a system WPAR does not.
Result<Started> start(const Plan& plan, const Hooks& hooks);

}  // namespace launch
