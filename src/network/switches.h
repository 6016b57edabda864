// Kernel settings of the global environment that routed WPARs need: forwarding, and answering for their addresses
// without delay. What was switched is remembered and switched back when the last WPAR goes.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"

namespace network {

/// One remembered setting: "PATH OLD NEW", PATH below /proc/sys/net.
struct Switched {
    std::string path = {};
    std::string before = {};
    std::string now = {};
    bool operator==(const Switched&) const = default;
};
std::string show(const std::vector<Switched>& list);
std::vector<Switched> parse_switched(std::string_view text);

/// Forwarding that is on because of us only; traffic that does not concern WPARs must not profit from it.
struct Opened {
    std::vector<std::string> four = {};  // interfaces
    bool six = false;                    // all of IPv6
    bool operator==(const Opened&) const = default;
};

class Switches {
  public:
    /// `file` remembers; call under the ledger's lock.
    static Result<Switches> open(const std::string& file);
    Result<void> forward_four(const std::string& interface);
    Result<void> forward_six(const std::string& interface);
    Opened opened() const;
    bool changed() const { return changed_; }
    /// No WPAR has been here since the last one left.
    bool first() const { return first_; }
    Result<void> begin();
    /// Somebody else has switched forwarding on since: what we opened is theirs now.
    bool overtaken() const;
    /// Everything as it was; settings that somebody else changed since stay.
    Result<void> restore();

  private:
    explicit Switches(std::string file) : file_(std::move(file)) {}
    Result<void> set(const std::string& path, std::string_view value);
    Result<void> set_if_there(const std::string& path, std::string_view value);
    Result<void> remember(const Switched& setting);
    Result<void> become_router();
    std::string file_;
    std::vector<Switched> list_;
    bool changed_ = false;
    bool first_ = false;
};

Result<std::string> read_setting(const std::string& path);  // below /proc/sys/net
Result<void> write_setting(const std::string& path, std::string_view value);

}  // namespace network
