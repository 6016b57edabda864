// The unit that owns a WPAR's cgroup where systemd is PID 1: a transient scope with Delegate=yes, so that systemd leaves
// everything below it alone, systemctl and systemd-cgls show the WPAR by its name, and nobody's logout ends it
// (systemd.io/CGROUP_DELEGATION). Talking to systemd needs libsystemd, which is no static library, and most commands
// need none of it: a small program of its own does that (scope/).
#pragma once
#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace systemd {

/// sd_booted(3).
bool is_running();

struct ScopeCall {
    std::string unit = {};         // "wpar-web1.scope"
    std::string slice = {};        // "corral.slice"
    std::string description = {};  // as systemctl status shows it
};

/// A scope exists as long as a process is in it: this one holds it with a process that only sleeps, until the WPAR's
/// own are there.
class Scope {
  public:
    /// Kind::interrupted when systemd was asked to stop the unit before it was there.
    static Result<Scope> make(const ScopeCall& call);
    Scope(Scope&& from) noexcept : sleeper_(std::exchange(from.sleeper_, 0)) {}
    Scope& operator=(Scope&&) = delete;
    ~Scope();
    pid_t sleeper() const { return sleeper_; }
    /// Whether systemd asked for the scope's end by that signal while only the sleeper was there.
    bool was_sent(int signal) const;

  private:
    explicit Scope(pid_t sleeper) : sleeper_(sleeper) {}
    pid_t sleeper_;
};

struct Property {
    std::string name = {};   // "CPUWeight", "MemoryMin", "MemoryLow"
    std::string value = {};  // a number, or "infinity"
};
/// Until the unit ends or the machine reboots.
Result<void> set_properties(const std::string& unit, const std::vector<Property>& properties);

}  // namespace systemd
