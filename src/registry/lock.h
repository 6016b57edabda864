// The administrative lock of one WPAR. While it is held the WPAR is in state T; the kernel drops it with its holder.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace registry {

/// What lswpar -T prints: the operation in progress.
struct Operation {
    std::string verb =
        {};  // create, start, stop, remove, change, ...; for ordinary users "unknown", and pid 0
    pid_t pid = 0;
    std::int64_t start = 0;       // epoch seconds
    std::string definition = {};  // of a WPAR that is being made: its text, for readers
};

class AdminLock {
  public:
    struct Request {
        std::string name = {};
        std::string verb = {};
        std::chrono::milliseconds patience = std::chrono::seconds(10);
    };
    /// Kind::busy says who holds it and since when.
    static Result<AdminLock> take(const Request& request);
    /// Lets readers see what is being made.
    Result<void> announce(const std::string& definition);

    AdminLock(AdminLock&&) = default;
    AdminLock& operator=(AdminLock&&) = delete;
    ~AdminLock();

  private:
    AdminLock(UniqueFd fd, const Request& request);
    UniqueFd fd_;
    std::string path_;
    std::string verb_;
};

/// Who holds the lock right now. Takes nothing.
std::optional<Operation> holder(const std::string& name);
/// Names whose locks are held.
Result<std::vector<std::string>> held_locks();

/// Serializes what concerns all WPARs: choosing ids, shared network state. Waits for its turn.
Result<UniqueFd> lock_registry();

}  // namespace registry
