// Where this host keeps its cgroups: one v2 tree, and on hybrid hosts v1 controllers beside it. A
// WPAR's groups are
//   V2/BASE/NAME       its limits
//   V2/BASE/NAME/wpar  delegated: what the WPAR sees as its root; no controller is handed on to it
//   V1/BASE/NAME       per v1 controller, only where a limit needs it
// with BASE "corral", unless a test owns another place. Where systemd is PID 1, the v2 tree is its
// own, and it has delegated a scope to the WPAR; everything is in that, and the upper two directories
// are set by asking systemd:
//   V2/corral.slice/wpar-NAME.scope
//   V2/corral.slice/wpar-NAME.scope/keeper       who holds the WPAR
//   V2/corral.slice/wpar-NAME.scope/limits
//   V2/corral.slice/wpar-NAME.scope/limits/wpar
#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cgroup/plan.h"

namespace cgroup {

struct Mounts;

inline constexpr std::string_view slice_unit = "corral.slice";
/// "wpar-web1.scope"; what systemd allows in no name is escaped as it does, "\\x24".
std::string scope_unit(std::string_view name);

class Hierarchy {
  public:
    /// Of this host. Kind::unsupported, with the remedy, where no v2 tree is mounted.
    static Result<Hierarchy> detect(std::string base = "corral");
    /// From the text of /proc/PID/mountinfo.
    static Result<Hierarchy> from_mounts(std::string_view mountinfo, std::string base = "corral");
    /// detect(), once per process.
    static const Result<Hierarchy>& host();

    Version version(Controller controller) const { return support_.of(controller); }
    const Support& support() const { return support_; }
    /// Top of the v2 tree, or of a v1 controller ("" where it is not v1).
    const std::string& v2() const { return v2_; }
    const std::string& v1(Controller controller) const {
        return v1_[static_cast<std::size_t>(controller)];
    }
    const std::string& base() const { return base_; }
    std::string v2_base() const { return cat(v2_, "/", base_); }
    /// Where systemd's scope of a WPAR is, or would be.
    std::string v2_scope(std::string_view name) const {
        return cat(v2_, "/", slice_unit, "/", scope_unit(name));
    }
    /// Those there are.
    std::vector<std::string> scopes() const;
    /// The group with the WPAR's limits, in its scope where there is one; and the one above it.
    std::string v2_group(std::string_view name) const;
    std::string v2_above(std::string_view name) const;
    /// V1/BASE of each v1 hierarchy, each once (several controllers may share one).
    std::vector<std::string> v1_bases() const;

    /// Kind::unsupported naming the controller and the remedy, where it is missing.
    Result<void> require(Controller controller) const;
    /// One line for `corral doctor`: "cgroup v2 at /sys/fs/cgroup/unified; v1: cpu memory; missing:
    /// hugetlb".
    std::string describe() const;
    /// Names of all WPARs that have a group, in whatever hierarchy; sorted.
    std::vector<std::string> list() const;

  private:
    std::string v2_;
    std::string base_;
    std::array<std::string, controllers.size()> v1_ = {};
    Support support_ = {};
    static Result<Hierarchy> from(const Mounts& mounts, std::string base);
};

}  // namespace cgroup
