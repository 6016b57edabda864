// Who was killed for want of memory, from the lines of the kernel's log (kernel.org, dev-kmsg). The kernel is trusted;
// names in its lines are not: a process chooses its own, and root of a container the names of its groups.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cgroup {

/// A group as the kernel's log names it.
struct LoggedGroup {
    std::string path = {};
    bool whole = true;  // false: we see only its end, for we are in a cgroup namespace ourselves
    /// User ids that nobody else has. The kernel names the group of ten kills in five seconds; of the others it tells only
    /// these.
    uid_t first_uid = 0;
    uid_t uids = 0;
};

struct OomVictim {
    enum class Limit : std::uint8_t { own, above, machine };  // whose memory was used up
    std::uint64_t sequence = 0;                               // of its line in the log
    std::string command = {};                                 // at most 15 bytes, any but NUL
    pid_t pid = 0;                                            // as the machine numbers it
    uid_t uid = 0;
    Limit limit = Limit::own;
    std::optional<std::uint64_t> memory_bytes = {};  // it had in memory
};

class OomLog {
  public:
    /// Records up to and with `after` are passed over.
    explicit OomLog(LoggedGroup group, std::uint64_t after = 0)
        : group_(std::move(group)), sequence_(after) {}
    /// One record of /dev/kmsg, in the order of the log.
    void take(std::string_view record);
    /// Those of the group, oldest first.
    const std::vector<OomVictim>& victims() const { return victims_; }
    /// Of the last one both lines were seen.
    bool complete() const { return victims_.empty() || victims_.back().memory_bytes.has_value(); }
    /// Of the last record, whatever it told; `after` when there was none.
    std::uint64_t sequence() const { return sequence_; }

  private:
    struct Record;
    void add_summary(const Record& record);
    void add_kill(const Record& record);
    LoggedGroup group_;
    std::vector<OomVictim> victims_ = {};
    std::string begun_ = {};  // a line whose end may follow as a record of its own
    std::uint64_t sequence_;
};

}  // namespace cgroup
