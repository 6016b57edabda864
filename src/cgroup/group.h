// The groups of one WPAR: make them, put processes in, limit, watch, freeze, kill, remove.
//
// A start:  create -> apply (may be left out when there are no limits: saves 0.3 ms on hybrid
// hosts) -> clone3 with CLONE_INTO_CGROUP and clone_fd() -> join_controllers(child) before it forks
// or execs. A login:  open -> clone3 into clone_fd() -> join_controllers(child). An end:   kill ->
// wait_empty -> remove. A reader: open, usage.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "cgroup/hierarchy.h"
#include "cgroup/limits.h"
#include "os/dir.h"

namespace cgroup {

/// Who may manage the delegated group: the WPAR's root, as the global environment numbers it. 0:
/// nobody else.
struct Owner {
    uid_t uid = 0;
    gid_t gid = 0;
};

/// Nothing where no controller counts.
struct Usage {
    std::optional<std::uint64_t> memory_bytes = {};
    std::optional<std::uint64_t> memory_peak_bytes = {};
    std::optional<std::uint64_t> swap_bytes = {};
    std::optional<std::uint64_t> threads = {};
    std::optional<std::uint64_t> threads_peak = {};
    std::optional<std::uint64_t> refused_forks = {};  // at the limit of threads or processes
    std::optional<std::uint64_t> cpu_microseconds = {};
    std::optional<std::uint64_t> throttled_microseconds = {};  // waited at the hard maximum of CPU
};

/// Asks systemd for settings of a unit of its own, "wpar-web1.scope" or "corral.slice": cpu.weight, memory.min,
/// memory.low.
using AskOwner =
    std::function<Result<void>(const std::string& unit, const std::vector<Setting>& settings)>;

/// Refers to its Hierarchy, which must outlive it.
class Group {
  public:
    /// One that exists and is empty is taken over; Kind::busy when processes are in it.
    static Result<Group> create(const Hierarchy& hierarchy, const std::string& name, Owner owner);
    static Result<Group> open(const Hierarchy& hierarchy,
                              const std::string& name);  // Kind::missing

    const std::string& name() const { return name_; }
    /// The delegated v2 directory, for clone3's CLONE_INTO_CGROUP.
    int clone_fd() const { return delegated_.fd(); }
    const std::string& delegated_path() const { return delegated_.path(); }

    /// Puts the limits in force, also on a running WPAR, and takes back what is not wished any
    /// more. Lowering the number of processes kills nothing. Kind::unsupported where this host
    /// cannot enforce one.
    Result<void> apply(const Limits& limits, const Neighbours& neighbours,
                       const AskOwner& ask = {});
    /// Moves a process into the v1 groups that this WPAR has; nothing to do on pure v2 hosts.
    Result<void> join_controllers(pid_t pid) const;
    /// Moves a process into all groups, for one that was not born there.
    Result<void> join(pid_t pid) const;

    Result<bool> populated() const;
    Result<std::vector<pid_t>> processes() const;  // of the whole tree, sorted
    Result<void> kill() const;                     // SIGKILL to all, also to those forked meanwhile
    /// False when the patience ended first.
    Result<bool> wait_empty(std::chrono::milliseconds patience) const;
    /// False when not all processes stopped in time (the group stays freezing).
    Result<bool> freeze(std::chrono::milliseconds patience) const;
    Result<void> thaw() const;
    Result<bool> frozen() const;
    Result<Usage> usage() const;

  private:
    Group(const Hierarchy& hierarchy, std::string name, os::Dir limits, os::Dir delegated)
        : hierarchy_(&hierarchy),
          name_(std::move(name)),
          limits_(std::move(limits)),
          delegated_(std::move(delegated)) {}

    const Hierarchy* hierarchy_;
    std::string name_;
    os::Dir limits_;
    os::Dir delegated_;
};

/// A WPAR that is active, for recomputing shares.
struct Member {
    std::string name = {};
    Limits limits = {};
};
/// Shares count among active WPARs: call it with all of them when one with limits started, stopped
/// or changed. WPARs whose group is gone meanwhile are passed over; the first other error is
/// returned after all were tried.
Result<void> rebalance(const Hierarchy& hierarchy, const std::vector<Member>& active,
                       const AskOwner& ask = {});
/// False when no WPAR has shares or percentages in effect, so that rebalance() would change nothing. It costs a look at
/// two files, however many WPARs there are; true may be out of date.
bool divided(const Hierarchy& hierarchy);

/// Moves a process that holds the WPAR out of whatever group it was started from, into the WPAR's scope; nothing to do
/// where there is none.
Result<void> join_keeper(const Hierarchy& hierarchy, const std::string& name, pid_t pid);

/// Whether it stands still: one look at one file, for listings. A group that is not there does not.
bool is_frozen(const Hierarchy& hierarchy, const std::string& name);

/// Whether this host could enforce them, before anything is made: the errors of apply().
Result<void> check(const Hierarchy& hierarchy, const Limits& limits);

/// Removes all groups of a WPAR and those made inside it; waits up to `patience` for processes that
/// are ending. Missing ones are fine. Kind::busy, with the processes, when some live on.
Result<void> remove(const Hierarchy& hierarchy, const std::string& name,
                    std::chrono::milliseconds patience = std::chrono::seconds(2));

}  // namespace cgroup
